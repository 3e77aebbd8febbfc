package dev.headroom;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import java.util.ArrayList;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/// Who imports whom: the house as it is drawn, each package with exactly what it uses.
class ImportRulesTest {

  private static final String ROOT = "dev.headroom";

  /// Each package below ours and the packages that it imports, floor by floor. A class may be
  /// public for one other package; that no third one uses it is what this list says.
  private static final Map<String, Set<String>> IMPORTS =
      drawn(
          """
          broker:
          budget.allocator:
          calibration.regression:
          memory:
          metrics.text:
          network.tensor:

          budget.trace: memory
          gpu: memory
          network.operation: network.tensor
          network.setup: network.tensor
          sample: memory

          agent.attribution: sample
          api.problem: memory
          agent.probe: sample
          budget.autograd: budget.trace memory network.setup network.tensor
          network: network.operation network.setup network.tensor sample
          wire.json: memory network.tensor sample

          agent.cuda: agent.probe sample
          agent.kubelet: agent.attribution
          agent.nvml: agent.probe sample
          agent.simulated: agent.probe sample
          budget.device: memory network
          budget.kernels: budget.autograd budget.trace memory network.operation network.tensor
          budget.model: budget.autograd budget.trace memory network network.operation
              network.setup network.tensor
          plan.fleet: gpu memory network

          budget.calls: budget.autograd budget.model network network.operation network.tensor
          budget.operators: budget.autograd budget.kernels budget.model budget.trace memory network
              network.operation network.tensor
          budget.reference: budget.model network network.operation network.setup network.tensor

          budget.iteration: budget.autograd budget.calls budget.kernels budget.model
              budget.operators budget.trace memory network network.operation network.setup network.tensor

          budget: budget.allocator budget.device budget.iteration budget.model
              budget.reference budget.trace memory network network.operation network.setup
              network.tensor

          budget.whatif: budget budget.model memory network network.setup network.tensor
          calibration: budget budget.device calibration.regression memory network
              network.operation network.setup network.tensor

          calibration.drift: budget budget.whatif calibration memory network network.operation
              network.setup network.tensor
          calibration.evaluation: calibration calibration.regression memory
          calibration.expectation: budget calibration memory
          ledger.growth: memory
          ledger.state: budget calibration calibration.drift calibration.expectation ledger.growth
              memory network network.setup sample

          ledger.event: ledger.state sample
          ledger.place: ledger.state memory sample
          plan.fit: budget budget.device budget.whatif gpu memory network

          ledger.condition: budget calibration calibration.expectation ledger.growth ledger.place
              ledger.state memory network sample

          ledger: ledger.condition ledger.event ledger.place ledger.state network sample
          plan.change: budget budget.whatif gpu memory network network.setup network.tensor
              plan.fit
          plan.placement: budget gpu memory plan.fit plan.fleet
          wire: calibration ledger.event network

          ledger.lesson: calibration calibration.expectation ledger ledger.condition ledger.state
              memory sample
          ledger.headroom: budget ledger ledger.place ledger.state memory sample
          live: budget budget.device calibration calibration.drift calibration.expectation gpu
              ledger ledger.condition ledger.state memory network sample
          triage: calibration ledger ledger.condition ledger.headroom ledger.state
          history: ledger ledger.place ledger.state live memory sample triage
          plan: budget budget.whatif gpu network plan.change plan.fit
          status: ledger
          api.accuracy: status
          wire.devicesample: ledger.event memory sample wire wire.json
          wire.layerconfig: ledger.event network network.operation network.setup network.tensor
              sample wire wire.json
          wire.memorysample: ledger.event memory sample wire wire.json

          management: wire
          agent.publish: ledger.event sample wire wire.devicesample wire.memorysample
          api.about: api.problem gpu memory
          api.job: api.problem api.roster api.view budget budget.trace calibration history ledger
              ledger.place ledger.state live memory network network.setup network.tensor sample
              triage wire.layerconfig
          api.roster: api.problem budget ledger ledger.condition ledger.headroom ledger.place
              ledger.state live memory network sample triage
          api.watch: api.job api.roster api.view history ledger ledger.condition ledger.headroom
              ledger.state memory sample status triage
          api.events: api.job api.problem api.roster api.watch history status
          cli.evaluate: budget budget.device budget.whatif calibration calibration.evaluation
              calibration.regression gpu memory network network.setup wire.layerconfig
              wire.plan
          cli.option: wire
          ingest.batch: budget calibration ledger ledger.event ledger.lesson ledger.state live
              network sample status wire wire.jobsummary wire.layerconfig
          ingest.ownership: ledger.state
          ingest.topics: status wire
          plan.live: budget gpu ledger ledger.headroom ledger.place ledger.state memory plan.fit
              plan.fleet sample
          simulator.job: network network.setup network.tensor sample wire.layerconfig
          wire.jobsummary: calibration ledger.event ledger.state memory network.setup sample
              wire wire.json wire.memorysample
          wire.plan: gpu memory network network.setup plan plan.change
              plan.fit plan.fleet plan.placement wire.layerconfig

          agent: agent.attribution agent.probe agent.publish ledger.event memory sample
          api.view: api.roster budget budget.trace budget.whatif calibration calibration.drift gpu ledger
              ledger.condition ledger.headroom ledger.place ledger.state memory network network.setup
              network.tensor plan.live sample triage

          api.contract: api.problem api.view budget budget.trace ledger.condition memory network.setup plan.fit
              sample
          api: api.problem api.roster api.view budget budget.whatif gpu ledger ledger.headroom
              ledger.state
              live memory network plan plan.fit plan.fleet plan.live plan.placement sample
              wire.layerconfig wire.plan
          cli.predict: budget budget.trace budget.whatif calibration cli.option gpu memory network
              network.setup network.tensor plan.change plan.fit wire wire.layerconfig wire.plan
          ingest.compacted: ingest.batch ingest.topics status
          metrics: budget calibration calibration.drift gpu ledger ledger.condition ledger.growth
              ledger.headroom ledger.place ledger.state live memory metrics.text network
              network.setup network.tensor plan.fit plan.live sample status
          simulator: memory network sample simulator.job wire wire.devicesample wire.layerconfig
              wire.memorysample

          cli.plan: budget budget.whatif calibration cli.predict gpu memory network plan
              plan.change plan.fit plan.fleet plan.live plan.placement wire.layerconfig wire.plan
          ingest.samples: ingest.batch ingest.compacted ingest.ownership ingest.topics ledger
              ledger.state live status wire wire.jobsummary

          cli.demo: broker cli.option simulator wire
          cli.load: broker cli.option wire

          cli: agent agent.attribution agent.cuda agent.kubelet agent.nvml agent.probe
              agent.simulated cli.demo cli.evaluate cli.load cli.option cli.plan cli.predict sample
              simulator wire
          ingest: history ingest.batch ingest.compacted ingest.samples ingest.topics ledger
              ledger.state live status wire wire.devicesample wire.jobsummary wire.layerconfig
              wire.memorysample
          """);

  /// The packages of the model, with all that is below them.
  private static final Set<String> MODEL =
      Set.of("memory", "sample", "network", "budget", "gpu", "ledger", "calibration", "plan");

  /// What the model may use of the world: no I/O, no JSON, no framework, no threads, no logging.
  private static final Set<String> WORLD_OF_THE_MODEL =
      Set.of(
          "java.lang",
          "java.lang.annotation",
          "java.lang.invoke",
          "java.lang.runtime",
          "java.math",
          "java.time",
          "java.util",
          "java.util.function",
          "java.util.regex",
          "java.util.stream",
          "org.jspecify.annotations");

  /// A table that comes with the program is a constant, but reading it is I/O.
  private static final String TABLE_READER = ROOT + ".budget.reference.ReferenceRuns";

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages(ROOT);

  @Test
  void eachPackageIsDrawnAndImportsExactlyWhatIsDrawn() {
    // Given the classes of the build
    assertThat(CLASSES.size()).isGreaterThan(100);
    // Then
    assertThat(imports(CLASSES)).isEqualTo(IMPORTS);
  }

  @Test
  void anImportThatIsNotDrawnIsFound() {
    // Given a class that imports what its package may not
    JavaClasses classes = new ClassFileImporter().importClasses(Trespasser.class);
    // Then
    assertThat(imports(classes)).containsOnly(Map.entry("", Set.of("budget.autograd", "live")));
  }

  @Test
  void theModelUsesNothingOfTheWorldButValues() {
    // When
    var found = new ArrayList<String>();
    int seen = 0;
    for (JavaClass type : CLASSES) {
      if (isOfTheModel(type) && !type.getName().equals(TABLE_READER)) {
        seen++;
        for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
          JavaClass target = dependency.getTargetClass().getBaseComponentType();
          if (!isOurs(target)
              && !target.isPrimitive()
              && !WORLD_OF_THE_MODEL.contains(target.getPackageName())) {
            found.add(dependency.getDescription());
          }
          if (dependency.getDescription().matches(".*(currentTimeMillis|nanoTime|Instant\\.now).*")
              || target.isEquivalentTo(Thread.class)) {
            found.add(dependency.getDescription());
          }
        }
      }
    }
    // Then
    assertThat(seen).isGreaterThan(50);
    assertThat(found).isEmpty();
  }

  @Test
  void noPackagesDependOnEachOther() {
    SlicesRuleDefinition.slices()
        .matching(ROOT + ".(**)")
        .should()
        .beFreeOfCycles()
        .allowEmptyShould(false)
        .check(CLASSES);
  }

  /// The packages that each package imports; those without classes of their own are not there.
  private static Map<String, Set<String>> imports(JavaClasses classes) {
    var found = new TreeMap<String, Set<String>>();
    for (JavaClass type : classes) {
      if (type.getSimpleName().equals("package-info")) {
        continue;
      }
      Set<String> imports = found.computeIfAbsent(room(type), _ -> new TreeSet<>());
      for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
        JavaClass target = dependency.getTargetClass().getBaseComponentType();
        if (isOurs(target) && !room(target).equals(room(type))) {
          imports.add(room(target));
        }
      }
    }
    return found;
  }

  private static boolean isOurs(JavaClass type) {
    return type.getPackageName().equals(ROOT) || type.getPackageName().startsWith(ROOT + ".");
  }

  private static boolean isOfTheModel(JavaClass type) {
    return MODEL.contains(room(type).split("\\.", -1)[0]) || room(type).equals("ingest.ownership");
  }

  /// The package, its name below ours.
  private static String room(JavaClass type) {
    String name = type.getPackageName();
    return name.equals(ROOT) ? "" : name.substring(ROOT.length() + 1);
  }

  /// Reads a drawing: a package, a colon and what it imports, over as many lines as it takes.
  private static Map<String, Set<String>> drawn(String drawing) {
    var drawn = new TreeMap<String, Set<String>>();
    Set<String> imports = new TreeSet<>();
    for (String word : drawing.trim().split("\\s+", -1)) {
      if (word.endsWith(":")) {
        imports = new TreeSet<>();
        drawn.put(word.substring(0, word.length() - 1), imports);
      } else {
        imports.add(word);
      }
    }
    return drawn;
  }

  /// Holds what its package, the root, may not know.
  private record Trespasser(
      dev.headroom.live.LedgerKeeper keeper, dev.headroom.budget.autograd.Tensor tensor) {}
}

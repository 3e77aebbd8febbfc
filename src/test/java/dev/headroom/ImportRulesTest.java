package dev.headroom;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Who may import whom: the house as it is drawn, each package with exactly what it may use.
class ImportRulesTest {

  private static final String ROOT = "dev.headroom";
  private static final Set<String> MODEL =
      Set.of("network", "budget", "calibration", "ledger", "plan");

  /// A package of the tree, and the packages it may import besides its own.
  private static final Map<String, Set<String>> ALLOWED =
      Map.ofEntries(
          Map.entry("", Set.of()),
          Map.entry("network", Set.of()),
          Map.entry("budget", Set.of("network")),
          Map.entry("calibration", Set.of("network", "budget")),
          Map.entry("ledger", Set.of("network", "budget", "calibration")),
          Map.entry("plan", Set.of("network", "budget", "calibration", "ledger")),
          Map.entry("wire", MODEL),
          Map.entry("live", MODEL),
          Map.entry("ingest", modelAnd("wire", "live")),
          Map.entry("metrics", modelAnd("live")),
          Map.entry("dashboard", modelAnd("live")),
          Map.entry("api", modelAnd("live", "wire")),
          Map.entry("agent", modelAnd("wire")),
          Map.entry("simulator", modelAnd("wire")),
          Map.entry("management", Set.of()),
          Map.entry("broker", Set.of()),
          Map.entry("cli", modelAnd("wire", "agent", "simulator", "broker")));

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

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages(ROOT);

  @Test
  void each_package_is_in_the_drawing_and_has_classes() {
    // Given the classes of the build
    assertThat(CLASSES.size()).isGreaterThan(100);
    // When
    Set<String> found =
        CLASSES.stream().map(ImportRulesTest::room).collect(Collectors.toCollection(TreeSet::new));
    // Then
    assertThat(found).isEqualTo(new TreeSet<>(ALLOWED.keySet()));
  }

  @Test
  void each_package_imports_only_what_it_may() {
    assertThat(violations(CLASSES)).isEmpty();
  }

  @Test
  void an_import_that_is_not_allowed_is_found() {
    // Given a class that imports what its package may not
    JavaClasses classes = new ClassFileImporter().importClasses(Trespasser.class);
    // When
    List<String> found = violations(classes);
    // Then
    assertThat(found).singleElement().asString().contains("live.LedgerKeeper");
  }

  @Test
  void the_model_uses_nothing_of_the_world_but_values() {
    // When
    var found = new ArrayList<String>();
    int seen = 0;
    for (JavaClass type : CLASSES) {
      if (MODEL.contains(room(type))) {
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
  void no_packages_depend_on_each_other() {
    SlicesRuleDefinition.slices()
        .matching(ROOT + ".(**)")
        .should()
        .beFreeOfCycles()
        .allowEmptyShould(false)
        .check(CLASSES);
  }

  private static List<String> violations(JavaClasses classes) {
    var found = new TreeSet<String>();
    for (JavaClass type : classes) {
      Set<String> allowed = ALLOWED.getOrDefault(room(type), Set.of());
      for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
        JavaClass target = dependency.getTargetClass().getBaseComponentType();
        if (isOurs(target) && !room(target).equals(room(type)) && !allowed.contains(room(target))) {
          found.add("%s → %s".formatted(type.getName(), target.getName()));
        }
      }
    }
    return List.copyOf(found);
  }

  private static boolean isOurs(JavaClass type) {
    return type.getPackageName().equals(ROOT) || type.getPackageName().startsWith(ROOT + ".");
  }

  /// The package below ours, without what is below that.
  private static String room(JavaClass type) {
    String name = type.getPackageName();
    return name.equals(ROOT) ? "" : name.substring(ROOT.length() + 1).split("\\.", -1)[0];
  }

  private static Set<String> modelAnd(String... others) {
    return Stream.concat(MODEL.stream(), Stream.of(others)).collect(Collectors.toUnmodifiableSet());
  }

  /// Holds what its package, the root, may not know.
  private record Trespasser(dev.headroom.live.LedgerKeeper keeper) {}
}

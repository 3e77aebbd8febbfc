package dev.headroom.cli.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.budget.Budget;
import dev.headroom.budget.Confidence;
import dev.headroom.budget.Predictor;
import dev.headroom.budget.Unsupported;
import dev.headroom.budget.device.KnownOverheads;
import dev.headroom.budget.whatif.LargestBatch;
import dev.headroom.cli.predict.TextBars;
import dev.headroom.gpu.CudaDevice;
import dev.headroom.gpu.GpuModel;
import dev.headroom.memory.MemorySize;
import dev.headroom.network.LayerConfig;
import dev.headroom.plan.JobPlan;
import dev.headroom.plan.change.Remedy;
import dev.headroom.plan.fit.Fit;
import dev.headroom.plan.fit.Spread;
import dev.headroom.plan.fleet.JobRequest;
import dev.headroom.plan.placement.FleetPlan;
import dev.headroom.plan.placement.LeftOver;
import dev.headroom.plan.placement.PlacedRank;
import dev.headroom.plan.placement.PlacedRun;
import dev.headroom.plan.placement.Workload;
import dev.headroom.wire.layerconfig.LayerConfigDecoder;
import dev.headroom.wire.plan.FleetAnswer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PlanReportTest {

  private static final LayerConfig CONFIG = config();
  private static final Budget BUDGET =
      because((Budget) new Predictor(new KnownOverheads()).predict(CONFIG));
  private static final JobRequest JOB = job("resnet", 1);

  private final StringWriter out = new StringWriter();
  private final PlanReport report = new PlanReport(new PrintWriter(out), new TextBars(false));

  @Test
  void saysThatAJobFitsAndWhatIsLeft() {
    print(fit(100, 60, 80), new LargestBatch.Fits(32, BUDGET));
    assertThat(lines())
        .startsWith(
            "resnet: training, batch 32, float32, sgd with momentum 0.9",
            "  fits on box, 20.00 MiB are left",
            "  a process has     100.00 MiB  ##############################",
            "  half the jobs      60.00 MiB  ##################",
            "  19 of 20 jobs      80.00 MiB  ########################",
            "  out of memory           0.8 %",
            "  largest batch             32  (33 do not fit; still more may, by luck)",
            "  Modelled, because",
            "    it is large")
        .endsWith("");
  }

  @Test
  void saysWhatIsMissingAndWhatMakesItFit() {
    // Given
    var remedies =
        List.of(
            new Remedy(List.of("autocast"), CONFIG, BUDGET, fit(100, 60, 70)),
            new Remedy(List.of("one", "two"), CONFIG, BUDGET, fit(100, 60, 80)));

    // When
    report.print(
        JOB,
        new JobPlan.Answer(
            CONFIG,
            BUDGET,
            fit(100, 120, 150),
            new LargestBatch.None(new Unsupported(List.of("x"))),
            remedies));

    // Then
    assertThat(lines())
        .contains(
            "  does not fit on box: 50.00 MiB are missing",
            "  half the jobs     120.00 MiB  ##############################",
            "  19 of 20 jobs     150.00 MiB  ##############################",
            "  largest batch        unknown")
        .containsSequence(
            "",
            "  What makes it fit, the least costly first",
            "       30.00 MiB left  autocast",
            "       20.00 MiB left  one; two");
  }

  @Test
  void saysThatNothingMakesItFit() {
    print(fit(100, 90, 130), new LargestBatch.TooLarge(BUDGET));
    assertThat(lines())
        .contains(
            "  may run out of memory on box: nineteen of twenty such jobs need 30.00 MiB more",
            "  largest batch   none: not even 1",
            "  No change of its set-up that is known here makes it fit.");
  }

  @Test
  void aRowIsForPrograms() {
    Fit fit = fit(100, 60, 80);
    assertThat(PlanReport.Row.of(JOB, fit))
        .isEqualTo(
            new PlanReport.Row(
                "resnet",
                "box",
                100L << 20,
                "fits_at_p95",
                60L << 20,
                80L << 20,
                20L << 20,
                fit.outOfMemory()));
  }

  @Test
  void listsTheSmallestThatFitAndCountsTheOthers() {
    // Given two that are too small, and fifteen
    List<Fit> fits =
        IntStream.range(0, 17).mapToObj(i -> fit("gpu" + i, 60 + 10 * i, 60, 80)).toList();

    // When
    report.print(JOB, fits);
    List<String> many = lines();
    report.print(JOB, fits.subList(2, 14));
    report.print(JOB, fits.subList(0, 2));

    // Then
    assertThat(many)
        .hasSize(17)
        .startsWith(
            "resnet: training, batch 32, float32, sgd with momentum 0.9",
            "  fits on                       it has         P95        left  out of memory",
            "  gpu2                       80.00 MiB   80.00 MiB         0 B      5.0 %")
        .contains("  gpu13                     190.00 MiB   80.00 MiB  110.00 MiB      0.0 %")
        .endsWith(
            "  and on 3 larger ones",
            "  and does not fit on 2 smaller ones, the largest of which is gpu1",
            "");
    assertThat(lines()).filteredOn(line -> line.contains("larger ones")).hasSize(1);
    assertThat(lines()).filteredOn(line -> line.contains("smaller ones")).hasSize(2);
    assertThat(lines())
        .filteredOn(line -> line.equals("  fits on nothing that is known"))
        .hasSize(1);
  }

  @Test
  void saysWhereRunsAreAndWhichAreLeftOver() {
    // Given two runs on one node, one on seven, two left over
    var seven = new ArrayList<PlacedRank>();
    for (int i = 7; i >= 1; i--) {
      seven.add(new PlacedRank("n" + i, 0, device("box", 100), 80L << 20));
    }
    List<PlacedRun> placed =
        List.of(
            placed(job("a", 1), "tight", rank("n1", 3)),
            placed(job("a", 1), "tight", rank("n1", 2)),
            new PlacedRun(workload(job("b", 7)), 0, seven, "on 7 nodes: it needs them"),
            placed(job("c", 1), "on a node", rank("n9", 0)));
    var plan =
        new FleetPlan(
            placed,
            List.of(new LeftOver(workload(job("d", 4)), 2, "no node has 4")),
            9,
            new FleetPlan.Baseline(10, 1),
            5,
            12.5);

    // When
    report.print(answer(1, 12.5), plan);

    // Then
    assertThat(lines())
        .containsExactly(
            "4 of 6 runs are placed, on 9 of 12 GPUs.",
            "Best-fit decreasing alone uses 10 and leaves 1 runs over; no placement of these runs"
                + " uses fewer than 5.",
            "The GPUs in use cost 12.50 an hour.",
            "",
            "job                  runs ranks  on                    P95 a rank  where",
            "a                       2     1  box                    80.00 MiB  n1:2,3",
            "b                       1     7  box                    80.00 MiB"
                + "  n1:0 n2:0 n3:0 n4:0 n5:0 n6:0 and 1 nodes more",
            "                    on 7 nodes: it needs them",
            "c                       1     1  box                    80.00 MiB  n9:0",
            "",
            "Left over",
            "d                       2     4  no node has 4",
            "",
            "GPUs                      in use      of",
            "box                            9      12  #######################");
  }

  @Test
  void whatIsNotSoIsNotSaid() {
    var plan = new FleetPlan(List.of(), List.of(), 0, new FleetPlan.Baseline(0, 0), 0, Double.NaN);
    report.print(answer(0, null), plan);
    assertThat(lines())
        .startsWith(
            "0 of 0 runs are placed, on 9 of 12 GPUs.",
            "Best-fit decreasing alone uses 10; no placement of these runs uses fewer than 5.",
            "",
            "GPUs                      in use      of");
  }

  private void print(Fit fit, LargestBatch largest) {
    report.print(JOB, new JobPlan.Answer(CONFIG, BUDGET, fit, largest, List.of()));
  }

  private List<String> lines() {
    return out.toString().lines().toList();
  }

  private static FleetAnswer answer(int leftOver, @Nullable Double price) {
    return new FleetAnswer(
        12,
        9,
        10,
        leftOver,
        5,
        price,
        List.of(new FleetAnswer.ModelAnswer("box", 12, 9)),
        List.of(),
        List.of());
  }

  private static PlacedRun placed(JobRequest job, String reason, PlacedRank rank) {
    return new PlacedRun(workload(job), 0, List.of(rank), reason);
  }

  private static PlacedRank rank(String node, int gpu) {
    return new PlacedRank(node, gpu, device("box", 100), 80L << 20);
  }

  private static Workload workload(JobRequest job) {
    return new Workload(job, Map.of(), Optional.empty());
  }

  private static JobRequest job(String name, int ranks) {
    return new JobRequest(name, CONFIG, 1, ranks, false);
  }

  private static Fit fit(long usable, long p50, long p95) {
    return fit("box", usable, p50, p95);
  }

  private static Fit fit(String name, long usable, long p50, long p95) {
    return Fit.of(
        device(name, usable),
        new Spread(
            MemorySize.ofMebibytes(50), MemorySize.ofMebibytes(p50), MemorySize.ofMebibytes(p95)));
  }

  private static CudaDevice device(String name, long mebibytes) {
    return CudaDevice.whole(GpuModel.ofSize(name, MemorySize.ofMebibytes(mebibytes)));
  }

  private static Budget because(Budget budget) {
    return new Budget(
        budget.model(),
        budget.iteration(),
        budget.peak(),
        budget.stack(),
        budget.layers(),
        budget.timeline(),
        Confidence.MODELLED,
        List.of("it is large"));
  }

  private static LayerConfig config() {
    try {
      return LayerConfigDecoder.read(
          Files.readAllBytes(Path.of("src/main/resources/simulator/resnet18.layer-config.json")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

package dev.headroom.live;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.budget.Budget;
import dev.headroom.budget.GoldenReferences;
import dev.headroom.calibration.GpuBlocks;
import dev.headroom.calibration.drift.DriftCause;
import dev.headroom.calibration.drift.Explanation;
import dev.headroom.calibration.drift.FaultyRun;
import dev.headroom.ledger.condition.JobStatus;
import dev.headroom.network.setup.RunMode;
import dev.headroom.simulator.job.SimulatedGpuModel;
import dev.headroom.wire.plan.GpuCatalogueReader;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Seeded jobs of a simulated cluster: the fault of each is named, and healthy ones raise nothing.
///
/// What the jobs hold is PyTorch's own word: `drift/faults.csv` and the golden references.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class KnownCausesTest {

  private static final int CASES = Integer.getInteger("headroom.cases", 10);
  private static final int HEALTHY = Integer.getInteger("headroom.healthy", 1000);
  private static final long SEED = Long.getLong("headroom.seed", 1);

  /// Healthy jobs that the cluster has seen on each of its kinds of GPU.
  private static final int LEARNED = 20;

  private static final int STEPS = 60;
  private static final Set<JobStatus> CALM =
      EnumSet.of(JobStatus.STARTING, JobStatus.WITHIN_BUDGET);

  private final List<GoldenReferences.Run> healthy =
      GoldenReferences.networks().stream()
          .flatMap(network -> GoldenReferences.runs(network).stream())
          .filter(run -> run.config().setup().mode() == RunMode.TRAINING)
          .toList();
  private final Calibrations learned = learned(new SplittableRandom(SEED));

  @ParameterizedTest
  @CsvSource({
    "batch_doubled, BATCH_SIZE",
    "resolution_299, INPUT_RESOLUTION",
    "adam_for_momentum, OPTIMIZER",
    "evaluation_with_gradients, EVALUATION_WITH_GRADIENTS",
    "second_model, SECOND_MODEL",
    "second_process, OTHER_PROCESS",
  })
  void namesTheCauseOfDrift(String fault, DriftCause cause) {
    var missed = new ArrayList<String>();
    for (int i = 0; i < CASES; i++) {
      var random = new SplittableRandom(SEED * 1000 + i);
      // Given
      Case seeded = Case.of(fault, random);
      WatchedJob job = seeded.job(learned);

      // When
      for (int step = 0; step < STEPS; step++) {
        seeded.step(job, step);
      }
      List<Explanation> reasons = job.reasons();

      // Then
      if (reasons.isEmpty() || reasons.getFirst().cause() != cause) {
        missed.add("%s: %s %s".formatted(seeded, job.condition().status(), reasons));
      }
    }
    report(fault, missed);
  }

  @ParameterizedTest
  @CsvSource({"leak, LEAKING", "fragmentation, FRAGMENTING"})
  void namesWhatGrows(String fault, JobStatus status) {
    var missed = new ArrayList<String>();
    for (int i = 0; i < CASES; i++) {
      var random = new SplittableRandom(SEED * 1000 + i);
      // Given
      Case seeded = Case.of(fault, random);
      WatchedJob job = seeded.job(learned);

      // When
      for (int step = 0; step < STEPS && seeded.fits(step); step++) {
        seeded.step(job, step);
      }

      // Then
      if (job.condition().status() != status) {
        missed.add("%s: %s".formatted(seeded, job.condition()));
      }
    }
    report(fault, missed);
  }

  @Test
  void saysNothingOfHealthyJobs() {
    // Given a cluster that knows nothing at first, and learns from each job that ends
    var random = new SplittableRandom(SEED);
    var calibrations = new Calibrations(GpuCatalogueReader.own(), new Predictions());
    var raised = new ArrayList<String>();
    for (int i = 0; i < HEALTHY; i++) {
      // When
      GoldenReferences.Run run = healthy.get(random.nextInt(healthy.size()));
      String said = alarm(calibrations, "job-" + i, run, anyGpu(random), random.nextDouble());

      // Then
      if (!said.isEmpty()) {
        raised.add(run.title() + ": " + said);
      }
    }
    System.out.printf("healthy: %d of %d raise something%n", raised.size(), HEALTHY);
    assertThat(raised).isEmpty();
  }

  private static void report(String fault, List<String> missed) {
    System.out.printf("%s: %d of %d named%n", fault, CASES - missed.size(), CASES);
    missed.forEach(it -> System.out.println("  " + it));
    assertThat(10 * missed.size()).as("%s", missed).isLessThanOrEqualTo(CASES);
  }

  private static SimulatedGpuModel anyGpu(SplittableRandom random) {
    SimulatedGpuModel[] all = SimulatedGpuModel.values();
    return all[random.nextInt(all.length)];
  }

  private static GpuBlocks ofGpu(GoldenReferences.Run run) {
    return new Predictions().predict(run.config()) instanceof Budget budget
        ? GpuBlocks.of(run.config(), budget)
        : new GpuBlocks(0, 0);
  }

  /// Trains a healthy job to its end, and learns from it.
  ///
  /// @param share where in its GPU's range the rest beyond the allocator is
  /// @return what was said of it, if anything was
  private static String alarm(
      Calibrations calibrations,
      String name,
      GoldenReferences.Run run,
      SimulatedGpuModel gpu,
      double share) {
    var job = new WatchedJob(calibrations, name, run.config(), gpu, gpu.rest(share), 0);
    var said = new StringBuilder();
    // No kernel ran for the references.
    GpuBlocks more = ofGpu(run);
    for (int step = 0; step < STEPS && said.isEmpty(); step++) {
      job.trains(
          run.figures().path("replayed_allocated_peak_bytes").asLong() + more.allocated(),
          run.figures().path("reserved_peak_bytes").asLong() + more.reserved());
      if (!CALM.contains(job.condition().status())) {
        said.append(job.condition());
      }
    }
    calibrations.learn(job.completes().orElseThrow().observation());
    calibrations.refresh();
    return said.toString();
  }

  private Calibrations learned(SplittableRandom random) {
    var calibrations = new Calibrations(GpuCatalogueReader.own(), new Predictions());
    for (SimulatedGpuModel gpu : SimulatedGpuModel.values()) {
      for (int i = 0; i < LEARNED; i++) {
        GoldenReferences.Run run = healthy.get(random.nextInt(healthy.size()));
        var _ = alarm(calibrations, gpu + "-" + i, run, gpu, random.nextDouble());
      }
    }
    return calibrations;
  }

  /// A job with a fault, its GPU and what is drawn of it.
  private record Case(FaultyRun run, SimulatedGpuModel gpu, long rest, long stranger) {

    static Case of(String fault, SplittableRandom random) {
      boolean isShared = fault.equals("second_process");
      FaultyRun run = any(isShared ? FaultyRun.NONE : fault, random);
      SimulatedGpuModel gpu = anyGpu(random);
      long rest = gpu.rest(random.nextDouble());
      long stranger =
          isShared ? any(FaultyRun.NONE, random).reserved(0) + gpu.rest(random.nextDouble()) : 0;
      return new Case(run, gpu, rest, stranger);
    }

    private static FaultyRun any(String fault, SplittableRandom random) {
      List<FaultyRun> all = FaultyRun.with(fault);
      return all.get(random.nextInt(all.size()));
    }

    WatchedJob job(Calibrations calibrations) {
      return new WatchedJob(calibrations, "faulty", run.declared(), gpu, rest, stranger);
    }

    boolean fits(int step) {
      return run.reserved(step) + rest + stranger < gpu.total() - SimulatedGpuModel.DRIVER_RESERVED;
    }

    void step(WatchedJob job, int step) {
      job.trains(run.allocated(step), run.reserved(step));
    }

    @Override
    public String toString() {
      return "%s on %s".formatted(run.network(), gpu);
    }
  }
}

package dev.headroom.ledger;

import dev.headroom.budget.Budget;
import dev.headroom.budget.Confidence;
import dev.headroom.budget.KernelTemporaries;
import dev.headroom.budget.LayerCost;
import dev.headroom.budget.MemoryTimeline;
import dev.headroom.budget.Peak;
import dev.headroom.budget.Prediction;
import dev.headroom.budget.Unsupported;
import dev.headroom.budget.iteration.IterationSizes;
import dev.headroom.budget.model.ModelSizes;
import dev.headroom.budget.trace.IterationPhase;
import dev.headroom.ledger.event.ConfigRegistered;
import dev.headroom.ledger.event.DeviceSampled;
import dev.headroom.ledger.event.JobEvent;
import dev.headroom.ledger.event.MemorySampled;
import dev.headroom.ledger.state.Registration;
import dev.headroom.memory.Category;
import dev.headroom.memory.MemorySize;
import dev.headroom.network.LayerConfig;
import dev.headroom.network.Undescribed;
import dev.headroom.network.setup.Framework;
import dev.headroom.network.setup.Optimizer;
import dev.headroom.network.setup.TrainingSetup;
import dev.headroom.sample.DeviceSample;
import dev.headroom.sample.JobPhase;
import dev.headroom.sample.MemorySample;
import dev.headroom.sample.Ownership;
import dev.headroom.sample.SampleSource;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Snapshots for tests, built as the monitor builds them: event by event.
public final class SnapshotBuilder {

  public static final Instant START = Instant.parse("2026-11-23T21:00:00Z");

  private Snapshot snapshot = SingleEvent.assigned(Snapshot.empty(LedgerLimits.DEFAULT), 0, START);

  public Snapshot snapshot() {
    return snapshot;
  }

  /// Folds an event of our own partition, so many seconds after the start.
  public SnapshotBuilder with(JobEvent event, long second) {
    return with(event, 0, second);
  }

  /// Folds an event of a partition; only 0 is ours.
  public SnapshotBuilder with(JobEvent event, int partition, long second) {
    snapshot = SingleEvent.fold(snapshot, event, partition, START.plusSeconds(second)).snapshot();
    return this;
  }

  /// Folds a sample of our own partition.
  public SnapshotBuilder with(MemorySample sample, long second) {
    return with(new MemorySampled(sample), second);
  }

  /// What a job trains and costs: 100 bytes times 1 to 7 in the seven categories, 2800 in all.
  public static ConfigRegistered config(String job, String model) {
    return config(job, model, budget(KernelTemporaries.NONE));
  }

  public static ConfigRegistered config(String job, String model, Prediction prediction) {
    var config =
        new LayerConfig(
            job,
            "1",
            model,
            new Framework("pytorch", "2.15.0", "13.2"),
            TrainingSetup.of(32, Optimizer.SGD),
            new Undescribed("the budget of a test is given"),
            new Ownership("alice@example.com", "vision", ""));
    return new ConfigRegistered(new Registration(config, prediction, "content", START));
  }

  /// A layer config that describes no layers, and so has no budget.
  ///
  /// @param content what tells it from other configs
  public static ConfigRegistered undescribed(
      String job, @Nullable String run, String content, Instant at) {
    var config =
        new LayerConfig(
            job,
            run,
            "m",
            Framework.UNKNOWN,
            TrainingSetup.of(1, Optimizer.SGD),
            new Undescribed("a test"));
    return new ConfigRegistered(
        new Registration(config, new Unsupported(List.of("a test")), content, at));
  }

  /// The same job of another framework; nobody says whose it is.
  public static LayerConfig withFramework(LayerConfig config, Framework framework) {
    return new LayerConfig(
        config.job(),
        config.run(),
        config.model(),
        framework,
        config.setup(),
        config.description());
  }

  /// A rank's own word of what it holds.
  public static MemorySample.Builder sample(String job, String gpu, long second) {
    return MemorySample.builder(job, gpu, START.plusSeconds(second))
        .run("1")
        .rank(0)
        .host("gpu-07")
        .pid(4711L)
        .source(SampleSource.FRAMEWORK)
        .phase(JobPhase.FORWARD)
        .step(5L);
  }

  public static DeviceSampled gpu(String gpu, long second, long used) {
    return new DeviceSampled(
        new DeviceSample(
            gpu,
            "gpu-07",
            START.plusSeconds(second),
            new MemorySize(10_000),
            new MemorySize(used),
            3,
            "NVIDIA A100-SXM4-40GB",
            "570.1",
            null,
            null,
            null,
            List.of()));
  }

  /// 2000 bytes allocated, 2400 reserved, 2800 of the device.
  ///
  /// @param temporaries what kernels make for themselves besides, at most 400 reserved
  public static Budget budget(KernelTemporaries temporaries) {
    return new Budget(
        new ModelSizes(25, size(100), size(10)),
        new IterationSizes(size(400), size(500), size(600), size(1500)),
        new Peak(
            size(1900),
            size(2000),
            size(2400),
            size(2800),
            size(3000),
            IterationPhase.BACKWARD,
            "conv1",
            1,
            MemorySize.ZERO,
            temporaries),
        new Budget.Stack(
            Map.of(
                Category.PARAMETERS, size(100),
                Category.FEATURE_MAPS, size(200),
                Category.ACTIVATIONS, size(300),
                Category.GRADIENTS, size(400),
                Category.OPTIMIZER_STATE, size(500),
                Category.INPUT_DATA, size(600),
                Category.OTHER, size(700)),
            Map.of(Category.PARAMETERS, size(100))),
        List.of(
            new LayerCost(
                "conv1", "conv2d", size(60), size(90), size(80), size(70), Confidence.EXACT),
            new LayerCost(
                "fc", "linear", size(40), size(30), size(20), size(10), Confidence.EXACT)),
        new MemoryTimeline(List.of()),
        Confidence.EXACT,
        List.of());
  }

  private static MemorySize size(long bytes) {
    return new MemorySize(bytes);
  }
}

package dev.headroom.boards;

import dev.headroom.budget.Budget;
import dev.headroom.budget.Category;
import dev.headroom.budget.Confidence;
import dev.headroom.budget.MemorySize;
import dev.headroom.budget.Peak;
import dev.headroom.budget.Timeline;
import dev.headroom.ledger.ConfigRegistered;
import dev.headroom.ledger.DeviceSample;
import dev.headroom.ledger.JobEvent;
import dev.headroom.ledger.MemorySample;
import dev.headroom.ledger.Outcome;
import dev.headroom.ledger.Phase;
import dev.headroom.ledger.Registration;
import dev.headroom.ledger.Source;
import dev.headroom.network.Framework;
import dev.headroom.network.LayerConfig;
import dev.headroom.network.Optimizer;
import dev.headroom.network.TrainingSetup;
import dev.headroom.network.Undescribed;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/// Jobs of which each has one thing wrong, on GPUs of 40 GiB: what they hold is a function of time.
final class ScriptedJobs {

  static final String DRIFTING = "drifting";
  static final String LEAKING = "leaking";
  static final String OVER_RESERVED = "over-reserved";
  static final String DYING = "dying";
  static final String SHARED_GPU = "GPU-5";

  private static final long MIB = 1L << 20;
  private static final long GIB = 1L << 30;

  private record Job(String name, String gpu, long predicted, long measured, long growth) {}

  private static final List<Job> JOBS =
      List.of(
          new Job(DRIFTING, "GPU-1", 22 * GIB, 27 * GIB, 0),
          new Job(LEAKING, "GPU-2", 24 * GIB, 10 * GIB, 5 * MIB),
          new Job(OVER_RESERVED, "GPU-3", 8 * GIB, 8 * GIB, 0),
          new Job(DYING, "GPU-4", 39 * GIB, 39 * GIB, 0),
          new Job("one-of-two", SHARED_GPU, 22 * GIB, 15 * GIB, 0),
          new Job("two-of-two", SHARED_GPU, 22 * GIB, 15 * GIB, 0));

  private final Instant start;

  ScriptedJobs(Instant start) {
    this.start = start;
  }

  List<JobEvent> registrations() {
    var all = new ArrayList<JobEvent>();
    for (Job job : JOBS) {
      var config =
          new LayerConfig(
              job.name(),
              "1",
              "resnet50",
              new Framework("pytorch", "2.15.0", "13.2"),
              TrainingSetup.of(32, Optimizer.SGD),
              new Undescribed("the budget of a test is given"));
      all.add(new ConfigRegistered(new Registration(config, budget(job), "content", start)));
    }
    return all;
  }

  /// What is measured so many seconds after the start; the dying job ends at the last.
  List<JobEvent> at(long second, boolean last) {
    var all = new ArrayList<JobEvent>();
    for (int gpu = 1; gpu <= 5; gpu++) {
      String uuid = "GPU-" + gpu;
      long used =
          JOBS.stream()
              .filter(job -> job.gpu().equals(uuid))
              .mapToLong(job -> job.measured() + job.growth() * second)
              .sum();
      all.add(
          new DeviceSample(
              uuid,
              gpu < 3 ? "gpu-01" : "gpu-02",
              start.plusSeconds(second),
              new MemorySize(40 * GIB),
              new MemorySize(used + 300 * MIB),
              gpu,
              "NVIDIA A100-SXM4-40GB",
              "570.1",
              null,
              null,
              null,
              List.of()));
    }
    for (Job job : JOBS) {
      long held = job.measured() + job.growth() * second;
      boolean ends = last && job.name().equals(DYING);
      all.add(
          MemorySample.builder(job.name(), job.gpu(), start.plusSeconds(second))
              .run("1")
              .rank(0)
              .host(job.gpu().compareTo("GPU-3") < 0 ? "gpu-01" : "gpu-02")
              .pid(1000L + JOBS.indexOf(job))
              .source(Source.FRAMEWORK)
              .phase(ends ? Phase.ENDED : second % 2 == 0 ? Phase.FORWARD : Phase.OPTIMIZER_STEP)
              .outcome(ends ? Outcome.OUT_OF_MEMORY : null)
              .step(second / 2)
              .allocated(new MemorySize(held - GIB))
              .reserved(new MemorySize(held - GIB / 2))
              .processUsed(new MemorySize(held))
              .deviceUsed(new MemorySize(held + 300 * MIB))
              .deviceTotal(new MemorySize(40 * GIB))
              .categories(Map.of(Category.PARAMETERS, new MemorySize(GIB)))
              .build());
    }
    return all;
  }

  private static Budget budget(Job job) {
    long device = job.predicted();
    var categories = new EnumMap<Category, MemorySize>(Category.class);
    for (Category category : Category.values()) {
      categories.put(category, new MemorySize(device / 7));
    }
    categories.put(Category.OTHER, new MemorySize(device - 6 * (device / 7)));
    return new Budget(
        25,
        new MemorySize(GIB),
        MemorySize.ZERO,
        new MemorySize(GIB),
        new MemorySize(GIB),
        new MemorySize(4 * GIB),
        new MemorySize(5 * GIB),
        new Peak(
            new MemorySize(device - 2 * GIB),
            new MemorySize(device - GIB),
            new MemorySize(device - GIB / 2),
            new MemorySize(device),
            new MemorySize(device + GIB / 4),
            dev.headroom.budget.Phase.BACKWARD,
            "conv1",
            1,
            MemorySize.ZERO),
        categories,
        categories,
        List.of(),
        new Timeline(List.of()),
        Confidence.EXACT,
        List.of());
  }
}

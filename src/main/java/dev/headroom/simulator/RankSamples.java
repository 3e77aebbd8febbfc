package dev.headroom.simulator;

import dev.headroom.memory.Category;
import dev.headroom.memory.MemorySize;
import dev.headroom.sample.JobPhase;
import dev.headroom.sample.MemorySample;
import dev.headroom.sample.RunOutcome;
import dev.headroom.sample.SampleSource;
import dev.headroom.simulator.job.HeldMemory;
import dev.headroom.simulator.job.SimulatedJob;
import dev.headroom.simulator.job.SimulatedRank;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;

/// What is said of one rank at one time: by its own reporter, and by the agent of its node.
final class RankSamples {

  private RankSamples() {}

  /// What a rank's own reporter says: the allocator's figures, and the categories it can measure.
  static MemorySample reported(
      SimulatedJob job, SimulatedRank rank, int run, HeldMemory held, Instant time) {
    return builder(job, rank, run, time)
        .source(SampleSource.FRAMEWORK)
        .phase(held.phase())
        .step(held.step())
        .allocated(new MemorySize(held.allocated()))
        .reserved(new MemorySize(held.reserved()))
        .categories(categories(held))
        .build();
  }

  /// What the node's agent says of a rank's process.
  /// @param used bytes of the GPU that are in use
  static MemorySample seenByAgent(
      SimulatedJob job, SimulatedRank rank, int run, HeldMemory held, long used, Instant time) {
    return builder(job, rank, run, time)
        .source(SampleSource.NVML)
        .processUsed(new MemorySize(held.process()))
        .deviceUsed(new MemorySize(used))
        .deviceTotal(new MemorySize(rank.gpu().model().total()))
        .build();
  }

  /// The last that its reporter says of a run.
  static MemorySample ended(
      SimulatedJob job,
      SimulatedRank rank,
      int run,
      HeldMemory last,
      RunOutcome outcome,
      Instant time) {
    return builder(job, rank, run, time)
        .source(SampleSource.FRAMEWORK)
        .phase(JobPhase.ENDED)
        .outcome(outcome)
        .step(last.step())
        .allocated(new MemorySize(last.allocated()))
        .reserved(new MemorySize(last.reserved()))
        .build();
  }

  private static MemorySample.Builder builder(
      SimulatedJob job, SimulatedRank rank, int run, Instant time) {
    return MemorySample.builder(job.name(), rank.gpu().uuid(), time)
        .run(Integer.toString(run))
        .rank(rank.number())
        .host(rank.gpu().host())
        .pid(rank.pid(run));
  }

  private static Map<Category, MemorySize> categories(HeldMemory held) {
    if (held.parameters() == 0) {
      return Map.of();
    }
    var sizes = new EnumMap<Category, MemorySize>(Category.class);
    sizes.put(Category.PARAMETERS, new MemorySize(held.parameters()));
    sizes.put(Category.GRADIENTS, new MemorySize(held.gradients()));
    sizes.put(Category.OPTIMIZER_STATE, new MemorySize(held.optimizerState()));
    sizes.put(Category.INPUT_DATA, new MemorySize(held.input()));
    return sizes;
  }
}

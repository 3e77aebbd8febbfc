package dev.headroom.budget;

import dev.headroom.budget.trace.IterationPhase;
import java.util.List;

/// The bytes of each category at each event of the predicted iteration, in order.
public record MemoryTimeline(List<TimelinePoint> moments) {

  public MemoryTimeline {
    moments = List.copyOf(moments);
  }

  /// The live storages after one layer did its work in a phase.
  ///
  /// @param bytes by category, in the order of [dev.headroom.memory.Category]
  public record TimelinePoint(
      int step,
      IterationPhase phase,
      String layer,
      List<Long> bytes,
      long allocated,
      long reserved) {

    public TimelinePoint {
      bytes = List.copyOf(bytes);
    }
  }
}

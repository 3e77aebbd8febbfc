package dev.headroom.budget;

import java.util.List;

/// Bytes by category at each event of the predicted iteration, in order: data for a page.
public record Timeline(List<Moment> moments) {

  public Timeline {
    moments = List.copyOf(moments);
  }

  /// The live storages after one layer did its work in a phase.
  ///
  /// @param bytes by category, in the order of [Category]
  public record Moment(
      int step, Phase phase, String layer, List<Long> bytes, long allocated, long reserved) {

    public Moment {
      bytes = List.copyOf(bytes);
    }
  }
}

package dev.headroom.api.view;

import dev.headroom.budget.LayerCost;

/// The memory that one layer costs.
///
/// @param savedBytes what it keeps for the backward pass
/// @param atPeakBytes of that, what is alive at the peak
public record LayerView(
    String name,
    String type,
    long parameterBytes,
    long outputBytes,
    long savedBytes,
    long atPeakBytes,
    String confidence) {

  public static LayerView of(LayerCost cost) {
    return new LayerView(
        cost.name(),
        cost.type(),
        cost.parameters().bytes(),
        cost.output().bytes(),
        cost.saved().bytes(),
        cost.atPeak().bytes(),
        cost.confidence().wireName());
  }

  /// By which layers are compared: what they hold at the peak.
  static long weight(LayerCost cost) {
    return cost.parameters().plus(cost.atPeak()).bytes();
  }
}

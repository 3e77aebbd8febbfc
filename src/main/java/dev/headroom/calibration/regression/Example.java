package dev.headroom.calibration.regression;

/// One measurement that a line shall explain.
///
/// @param at what was predicted
/// @param measured MiB
/// @param scale the usual size of an error here, MiB
/// @param weight how much it counts, 1 for one fresh measurement
public record Example(Point at, double measured, double scale, double weight) {

  public Example {
    if (!(scale > 0) || !(weight > 0)) {
      throw new IllegalArgumentException(
          "scale and weight are not positive: " + scale + ", " + weight);
    }
  }

  /// The same, its error of another usual size.
  public Example scaled(ErrorScale other) {
    return new Example(at, measured, other.at(at), weight);
  }
}

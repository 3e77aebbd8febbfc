package dev.headroom.calibration.regression;

/// A line: `intercept + slope × predicted + workspaces × workspaces`.
///
/// @param intercept MiB
/// @param slope MiB a predicted MiB
/// @param workspaces MiB a MiB that the largest convolution reads and writes
public record Coefficients(double intercept, double slope, double workspaces) {

  static Coefficients of(double[] values) {
    return new Coefficients(values[0], values[1], values[2]);
  }

  double[] values() {
    return new double[] {intercept, slope, workspaces};
  }
}

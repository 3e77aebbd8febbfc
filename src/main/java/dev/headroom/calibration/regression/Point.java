package dev.headroom.calibration.regression;

/// Where a line is asked: what was predicted, in MiB.
///
/// @param predicted the predicted size
/// @param workspaces what the largest convolution reads and writes
public record Point(double predicted, double workspaces) {

  /// By what a coefficient is multiplied here.
  double regressor(int coefficient) {
    return switch (coefficient) {
      case 0 -> 1;
      case 1 -> predicted;
      default -> workspaces;
    };
  }
}

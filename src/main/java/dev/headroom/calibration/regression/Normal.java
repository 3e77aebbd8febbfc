package dev.headroom.calibration.regression;

/// The standard normal distribution.
public final class Normal {

  /// What 95 % are below.
  public static final double P95 = 1.6448536269514722;

  private Normal() {}

  /// The share below a value, right to 1.5 × 10⁻⁷: Abramowitz and Stegun, *Handbook of Mathematical
  /// Functions*, 7.1.26.
  public static double below(double value) {
    double x = Math.abs(value) / Math.sqrt(2);
    double t = 1 / (1 + 0.3275911 * x);
    double polynomial =
        t
            * (0.254829592
                + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
    double above = polynomial * Math.exp(-x * x) / 2;
    return value < 0 ? above : 1 - above;
  }
}

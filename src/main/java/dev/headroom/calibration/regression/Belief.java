package dev.headroom.calibration.regression;

import java.util.List;

/// What is believed of a line's coefficients: a normal distribution.
///
/// Learning is Bayesian regression with Huber's loss: an error counts by its square up to a
/// tolerance and by its absolute value above, so that an example that is wrong by far pulls no more
/// than another. The best line is found by iteratively reweighted least squares (Huber, *Robust
/// Statistics*, 1981, chapter 7); the prior is the penalty of a ridge regression, centred at what
/// was believed before.
///
/// Immutable; the same examples in the same order give the same bits.
public final class Belief {

  /// A tolerance, in usual sizes of an error, with which a line goes through the middle of jobs
  /// some of which are wrong.
  public static final double MIDDLE = 0.5;

  /// A tolerance with which all examples are believed but those without all measure.
  public static final double MEAN = 10;

  /// The standard deviation of errors that are measured, in usual sizes of one, without those
  /// without all measure: how much an example tells.
  private static final double NOISE = 2;

  private static final int MAX_ITERATIONS = 50;

  /// Of the usual size of an error.
  private static final double CONVERGED = 1e-3;

  private static final int COEFFICIENTS = 3;

  private final double[] mean;
  private final double[][] covariance;

  private Belief(double[] mean, double[][] covariance) {
    this.mean = mean;
    this.covariance = covariance;
  }

  /// Coefficients that say nothing of each other.
  ///
  /// @param deviation the standard deviation of each, positive
  public static Belief of(Coefficients mean, Coefficients deviation) {
    return new Belief(mean.values(), Symmetric.diagonal(squares(deviation)));
  }

  /// The same line, less surely: that of another member of a family, whose lines differ so much.
  ///
  /// @param deviation the standard deviation of each coefficient within the family
  public Belief loosened(Coefficients deviation) {
    double[] variances = squares(deviation);
    double[][] wider = Symmetric.copy(covariance);
    for (int i = 0; i < COEFFICIENTS; i++) {
      wider[i][i] += variances[i];
    }
    return new Belief(mean, wider);
  }

  public Coefficients mean() {
    return Coefficients.of(mean);
  }

  /// The line at a point, MiB.
  public double at(Point point) {
    return mean[0] + mean[1] * point.predicted() + mean[2] * point.workspaces();
  }

  /// The standard deviation of the line at a point, MiB: what is not known of it yet.
  public double deviationAt(Point point) {
    double variance = 0;
    for (int i = 0; i < COEFFICIENTS; i++) {
      for (int k = 0; k < COEFFICIENTS; k++) {
        variance += point.regressor(i) * covariance[i][k] * point.regressor(k);
      }
    }
    return Math.sqrt(Math.max(0, variance));
  }

  /// How far an example is from the line, in usual sizes of an error, had the line not seen it: the
  /// residual over one minus its leverage, as in leave-one-out cross-validation of a least-squares
  /// line.
  public double scoreOf(Example example) {
    double deviation = deviationAt(example.at()) / (NOISE * example.scale());
    double leverage = Math.min(0.9, example.weight() * deviation * deviation);
    return (example.measured() - at(example.at())) / example.scale() / (1 - leverage);
  }

  /// What is believed after examples.
  ///
  /// @param tolerance up to how many usual sizes of an error the square counts
  public Belief learn(List<Example> examples, double tolerance) {
    if (examples.isEmpty()) {
      return this;
    }
    double[][] prior = Symmetric.inverse(covariance);
    double[] line = mean.clone();
    for (int i = 0; i < MAX_ITERATIONS; i++) {
      double[] better = reweighted(prior, line, examples, tolerance);
      boolean done = isConverged(line, better, examples);
      line = better;
      if (done) {
        break;
      }
    }
    double[][] information = Symmetric.copy(prior);
    for (Example example : examples) {
      add(information, example.at(), example.weight() / square(NOISE * example.scale()));
    }
    return new Belief(line, Symmetric.inverse(information));
  }

  /// The least-squares line with each example weighted by its error from the line before.
  private double[] reweighted(
      double[][] prior, double[] line, List<Example> examples, double tolerance) {
    double[][] information = Symmetric.copy(prior);
    double[] pull = new double[COEFFICIENTS];
    for (Example example : examples) {
      double error = Math.abs(example.measured() - at(line, example.at())) / example.scale();
      double trust = 2 * Math.min(1, tolerance / error);
      double weight = trust * example.weight() / square(example.scale());
      add(information, example.at(), weight);
      double fromPrior = example.measured() - at(example.at());
      for (int k = 0; k < COEFFICIENTS; k++) {
        pull[k] += weight * fromPrior * example.at().regressor(k);
      }
    }
    double[] moved = Symmetric.times(Symmetric.inverse(information), pull);
    for (int k = 0; k < COEFFICIENTS; k++) {
      moved[k] += mean[k];
    }
    return moved;
  }

  private static boolean isConverged(double[] before, double[] after, List<Example> examples) {
    for (Example example : examples) {
      double moved = Math.abs(at(after, example.at()) - at(before, example.at()));
      if (moved > CONVERGED * example.scale()) {
        return false;
      }
    }
    return true;
  }

  private static double at(double[] line, Point point) {
    return line[0] + line[1] * point.predicted() + line[2] * point.workspaces();
  }

  private static void add(double[][] information, Point point, double weight) {
    for (int i = 0; i < COEFFICIENTS; i++) {
      for (int k = 0; k < COEFFICIENTS; k++) {
        information[i][k] += weight * point.regressor(i) * point.regressor(k);
      }
    }
  }

  private static double[] squares(Coefficients deviation) {
    double[] squares = deviation.values();
    for (int i = 0; i < COEFFICIENTS; i++) {
      squares[i] = square(squares[i]);
    }
    return squares;
  }

  private static double square(double value) {
    return value * value;
  }
}

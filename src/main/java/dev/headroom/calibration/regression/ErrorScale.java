package dev.headroom.calibration.regression;

import java.util.List;

/// The usual size of an error of a line: `fixed + share × predicted`, in MiB.
///
/// @param fixed MiB, however small the job
/// @param share of what was predicted
public record ErrorScale(double fixed, double share) {

  /// How many times the fixed part may be doubled.
  private static final int DOUBLINGS = 6;

  /// By how much likelier, as a natural logarithm of odds, a larger fixed part has to be.
  private static final double CONVINCING = 1;

  /// At a point, MiB.
  public double at(Point point) {
    return fixed + share * point.predicted();
  }

  /// The same, its fixed part so large that errors are as likely as can be: small jobs of a cluster
  /// may differ by more than those from which the scale was made.
  ///
  /// The errors are taken to be of Cauchy's distribution, so that one without all measure does not
  /// count more than others.
  ///
  /// @param line from which the errors are
  public ErrorScale widened(Belief line, List<Example> examples) {
    double least = surprise(line, examples);
    ErrorScale best = this;
    for (int doublings = 1; doublings <= DOUBLINGS; doublings++) {
      var wider = new ErrorScale(fixed * (1 << doublings), share);
      double surprise = wider.surprise(line, examples) + CONVINCING;
      if (surprise < least) {
        least = surprise;
        best = wider;
      }
    }
    return best;
  }

  /// The negative logarithm of how likely the errors are, but for a constant.
  private double surprise(Belief line, List<Example> examples) {
    double surprise = 0;
    for (Example example : examples) {
      double scale = at(example.at());
      double error = (example.measured() - line.at(example.at())) / scale;
      surprise += example.weight() * (Math.log(scale) + Math.log1p(error * error));
    }
    return surprise;
  }
}

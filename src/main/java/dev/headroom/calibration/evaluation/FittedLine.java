package dev.headroom.calibration.evaluation;

import dev.headroom.calibration.MeasuredSize;
import dev.headroom.calibration.Prior;
import dev.headroom.calibration.regression.Belief;
import dev.headroom.calibration.regression.Coefficients;
import dev.headroom.calibration.regression.Example;
import java.util.Collection;
import java.util.List;

/// The line through all measured peaks of a size on a GPU, with next to no belief beforehand: what
/// a prior is made of.
///
/// @param residual the median of |line − measured| / measured
public record FittedLine(Coefficients coefficients, double residual) {

  private static final Belief NEXT_TO_NOTHING =
      Belief.of(new Coefficients(1200, 1, 0.5), new Coefficients(2000, 0.2, 5));

  /// The line of a size.
  ///
  /// @param runs those without that size are left out
  public static FittedLine of(Collection<MeasuredRun> runs, MeasuredSize size) {
    List<Example> examples =
        runs.stream()
            .filter(run -> run.has(size))
            .map(run -> run.observation(0).example(size, Prior.scale(size), 1))
            .toList();
    Belief line = NEXT_TO_NOTHING.learn(examples, Belief.MIDDLE);
    double[] errors =
        examples.stream()
            .mapToDouble(it -> Math.abs(line.at(it.at()) - it.measured()) / it.measured())
            .toArray();
    return new FittedLine(line.mean(), Judgements.quantile(errors, 0.5));
  }
}

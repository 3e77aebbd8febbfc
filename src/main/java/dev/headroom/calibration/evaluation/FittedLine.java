package dev.headroom.calibration.evaluation;

import dev.headroom.calibration.MeasuredSize;
import dev.headroom.calibration.Prior;
import dev.headroom.calibration.regression.Belief;
import dev.headroom.calibration.regression.Coefficients;
import dev.headroom.calibration.regression.Example;
import java.util.Collection;
import java.util.List;

/// The line through all runs of a GPU, with next to no belief beforehand: what a prior is made of.
///
/// @param residual the median of |line − measured| / measured
public record FittedLine(Coefficients coefficients, double residual) {

  private static final Belief NEXT_TO_NOTHING =
      Belief.of(new Coefficients(1200, 1, 0.5), new Coefficients(2000, 0.2, 5));

  public static FittedLine of(Collection<MeasuredRun> runs) {
    List<Example> examples =
        runs.stream()
            .map(
                run ->
                    run.observation(0)
                        .example(MeasuredSize.DEVICE, Prior.scale(MeasuredSize.DEVICE), 1))
            .toList();
    Belief line = NEXT_TO_NOTHING.learn(examples, Belief.MIDDLE);
    double[] errors =
        examples.stream()
            .mapToDouble(it -> Math.abs(line.at(it.at()) - it.measured()) / it.measured())
            .toArray();
    return new FittedLine(line.mean(), Judgements.quantile(errors, 0.5));
  }
}

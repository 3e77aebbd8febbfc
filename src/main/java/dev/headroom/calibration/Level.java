package dev.headroom.calibration;

import dev.headroom.calibration.regression.Belief;
import dev.headroom.calibration.regression.ErrorScale;
import dev.headroom.calibration.regression.Example;
import dev.headroom.calibration.regression.Point;
import dev.headroom.calibration.regression.Scores;
import dev.headroom.calibration.regression.Scores.Score;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// What is known of one size on one level: any GPU, one GPU model, one framework release on it.
///
/// @param belief the line
/// @param scale the usual size of an error of it
/// @param scores how far jobs are from it, in usual sizes of an error
/// @param jobs how many jobs taught it
record Level(MeasuredSize size, Belief belief, ErrorScale scale, Scores scores, int jobs) {

  /// After so long a job counts half.
  private static final Duration HALF_LIFE = Duration.ofDays(45);

  /// In half-lives; two years and a half.
  private static final double OLDEST = 20;

  /// Where nothing was measured.
  static Level untaught(MeasuredSize size, Belief belief) {
    return new Level(size, belief, Prior.scale(size), Scores.of(Prior.scores(size)), 0);
  }

  /// The level below, for another release than those that taught this one.
  Level anotherRelease() {
    return jobs == 0
        ? this
        : new Level(size, belief.loosened(Prior.amongReleases(size)), scale, scores, jobs);
  }

  /// This level, taught.
  ///
  /// @param observations in order, the newest last
  Level taught(List<Observation> observations) {
    List<Example> examples = examples(observations, true);
    if (examples.isEmpty()) {
      return this;
    }
    Belief learned = belief.learn(examples, Belief.MIDDLE);
    ErrorScale wider = Prior.scale(size).widened(learned, examples);
    if (!wider.equals(scale)) {
      examples = examples.stream().map(it -> it.scaled(wider)).toList();
      learned = belief.learn(examples, Belief.MIDDLE);
    }
    List<Score> all = new ArrayList<>(Prior.scores(size));
    for (Example example : examples) {
      all.add(new Score(learned.scoreOf(example), example.weight()));
    }
    return new Level(size, learned, wider, Scores.of(all), examples.size());
  }

  /// What a job will hold.
  ///
  /// @param runs of the same model, the newest last
  Forecast forecast(PredictedPeak predicted, List<Observation> runs) {
    Point at = predicted.point(size);
    Belief line = belief;
    double error = scale.at(at);
    List<Example> examples = examples(runs, false);
    if (!examples.isEmpty()) {
      line = belief.loosened(Prior.amongModels(size)).learn(examples, Belief.MEAN);
      error *= 0.75 + 0.25 / (1 + examples.size());
    }
    return new Forecast(line.at(at), error, scores, line.deviationAt(at));
  }

  /// What observations say of this size.
  ///
  /// @param share whether the runs of a model share a weight that grows with the root of their
  ///     number: many runs of one job are less than as many jobs
  private List<Example> examples(List<Observation> observations, boolean share) {
    var measuring = new ArrayList<Observation>(observations.size());
    Map<String, Integer> runs = new HashMap<>();
    for (Observation observation : observations) {
      if (observation.measured().containsKey(size)) {
        measuring.add(observation);
        runs.merge(observation.network(), 1, Integer::sum);
      }
    }
    var examples = new ArrayList<Example>(measuring.size());
    for (Observation observation : measuring) {
      double age = age(observation.settled(), measuring.getLast().settled());
      double crowd = share ? Math.sqrt(runs.getOrDefault(observation.network(), 1)) : 1;
      examples.add(observation.example(size, scale, Math.pow(0.5, age) / crowd));
    }
    return examples;
  }

  /// In half-lives; what is older than all that is kept counts no less than that.
  private static double age(Instant settled, Instant newest) {
    double seconds = (double) newest.getEpochSecond() - settled.getEpochSecond();
    return Math.clamp(seconds / HALF_LIFE.toSeconds(), 0, OLDEST);
  }
}

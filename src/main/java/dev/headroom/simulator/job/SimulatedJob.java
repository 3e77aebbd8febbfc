package dev.headroom.simulator.job;

import dev.headroom.sample.RunOutcome;
import java.util.List;

/// A job of the simulated cluster, run after run: pure functions of the cluster's age.
///
/// @param ranks by their numbers, from 0; they march in step
/// @param begins seconds into the cluster's life
/// @param lasts seconds of a run
/// @param pause seconds from a run's end to the next
/// @param outcome how its runs end
public record SimulatedJob(
    String name,
    JobScenario scenario,
    List<SimulatedRank> ranks,
    double begins,
    double lasts,
    double pause,
    RunOutcome outcome) {

  public SimulatedJob {
    ranks = List.copyOf(ranks);
  }

  /// Which run the job is in, or was in last; 0 before its first.
  public int run(double age) {
    if (age < begins) {
      return 0;
    }
    return Double.isInfinite(lasts) ? 1 : 1 + (int) ((age - begins) / (lasts + pause));
  }

  /// Whether that run goes on.
  public boolean trains(double age) {
    return age >= begins && intoRun(age) < lasts;
  }

  /// Seconds since the present or last run began.
  double intoRun(double age) {
    return Double.isInfinite(lasts) ? age - begins : (age - begins) % (lasts + pause);
  }

  /// What a rank holds at an age of the cluster.
  public HeldMemory at(SimulatedRank rank, double age) {
    return rank.curve().at(intoRun(age));
  }

  /// What a rank held when the last run ended.
  public HeldMemory last(SimulatedRank rank) {
    return rank.curve().at(lasts);
  }
}

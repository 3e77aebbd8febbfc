package dev.headroom.simulator.job;

import dev.headroom.sample.RunOutcome;

/// A job of the simulated cluster, run after run: pure functions of the cluster's age.
///
/// @param begins seconds into the cluster's life
/// @param lasts seconds of a run
/// @param pause seconds from a run's end to the next
/// @param outcome how its runs end
public record SimulatedJob(
    String name,
    JobScenario scenario,
    MemoryCurve curve,
    SimulatedGpu gpu,
    long pid,
    double begins,
    double lasts,
    double pause,
    RunOutcome outcome) {

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

  public HeldMemory at(double age) {
    return curve.at(intoRun(age));
  }

  /// What the last run held when it ended.
  public HeldMemory last() {
    return curve.at(lasts);
  }

  /// The process of a run; each has its own.
  public long pid(int run) {
    return pid + run;
  }
}

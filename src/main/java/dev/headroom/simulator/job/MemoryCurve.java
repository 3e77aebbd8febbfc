package dev.headroom.simulator.job;

import dev.headroom.sample.JobPhase;

/// The memory of a process over the time of a run: context, model, first step, steady steps,
/// evaluation. A pure function of the age of the run.
///
/// Each value of the allocator is a golden figure × (1 + fault); the process holds that and a rest.
///
/// @param rest bytes beyond the allocator's segments, all of it from the first step on
public record MemoryCurve(GoldenRun golden, JobFault fault, long rest) {

  private static final long MIB = 1L << 20;

  /// Segments of less are no segments of their own (PyTorch's `kLargeBuffer`).
  private static final long SEGMENT = 20 * MIB;

  /// Of the rest, what the context alone holds before anything is computed.
  private static final double CONTEXT = 0.4;

  /// Seconds into the run.
  private static final double LOADED = 3;

  private static final double TRAINS = 6;
  private static final double PHASE = 0.5;
  private static final double STEP = 3 * PHASE;
  private static final double EVALUATES_EVERY = 60;
  private static final double EVALUATION = 6;

  /// The moment at an age of the run, in seconds.
  HeldMemory at(double age) {
    if (age < LOADED) {
      return idle(JobPhase.STARTUP, 0);
    }
    if (age < trains()) {
      return idle(JobPhase.MODEL_LOADED, golden.parameters() + golden.buffers());
    }
    double trained = age - trains();
    long step = (long) (trained / STEP);
    if (trained % EVALUATES_EVERY > EVALUATES_EVERY - EVALUATION) {
      long held = golden.evaluationPeak() + golden.optimizerState();
      return training(JobPhase.EVALUATION, step, held, trained, 0);
    }
    // State appears in the first step.
    long missing = step == 0 ? golden.optimizerState() : 0;
    return switch ((int) (trained % STEP / PHASE)) {
      case 0 -> training(JobPhase.FORWARD, step, golden.afterForward() - missing, trained, missing);
      case 1 ->
          training(JobPhase.BACKWARD, step, golden.allocatedPeak() - missing, trained, missing);
      default -> training(JobPhase.OPTIMIZER_STEP, step, golden.optimizerStepPeak(), trained, 0);
    };
  }

  /// How long a process may live that can have `capacity` bytes of its GPU; infinite where it does
  /// not grow.
  public double lifetime(long capacity) {
    return switch (fault) {
      case JobFault.Leak(long rate) ->
          TRAINS + (capacity - rest - golden.reservedPeak()) / (double) rate;
      case JobFault.None _, JobFault.Drift _, JobFault.OverReserve _, JobFault.Waits _ ->
          Double.POSITIVE_INFINITY;
    };
  }

  private double trains() {
    return fault instanceof JobFault.Waits(long seconds) ? LOADED + seconds : TRAINS;
  }

  private HeldMemory idle(JobPhase phase, long held) {
    long reserved = (held + 2 * MIB - 1) / (2 * MIB) * (2 * MIB);
    long process = reserved + (long) (CONTEXT * rest);
    return new HeldMemory(phase, 0, held, reserved, process, held, 0, 0, 0);
  }

  private HeldMemory training(
      JobPhase phase, long step, long golden, double trained, long missing) {
    long reservedGolden = this.golden.reservedPeak() - missing;
    long allocated =
        switch (fault) {
          case JobFault.None _, JobFault.OverReserve _, JobFault.Waits _ -> golden;
          case JobFault.Drift(double ratio) -> Math.round(golden * (1 + ratio));
          case JobFault.Leak(long rate) -> golden + (long) (rate * trained);
        };
    long reserved =
        switch (fault) {
          case JobFault.None _, JobFault.Waits _ -> reservedGolden;
          case JobFault.OverReserve(double factor) -> Math.round(reservedGolden * factor);
          case JobFault.Drift(double ratio) -> Math.round(reservedGolden * (1 + ratio));
          case JobFault.Leak(long rate) ->
              reservedGolden + (long) (rate * trained) / SEGMENT * SEGMENT;
        };
    return new HeldMemory(
        phase,
        step,
        allocated,
        reserved,
        reserved + rest,
        this.golden.parameters() + this.golden.buffers(),
        phase == JobPhase.EVALUATION ? 0 : this.golden.gradients(),
        this.golden.optimizerState() - missing,
        this.golden.input());
  }
}

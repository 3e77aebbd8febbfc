package dev.headroom.simulator;

import dev.headroom.ledger.Phase;

/// What a job's process holds over the time of a run: context, model, first step, plateau with its
/// steps, evaluation now and then. A pure function of the run's age.
///
/// Each value of the allocator is a golden figure × (1 + fault); the process holds that and a rest.
///
/// @param rest bytes beyond the allocator's segments, all of it from the first step on
record Curve(GoldenRun golden, Fault fault, long rest) {

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
  Moment at(double age) {
    if (age < LOADED) {
      return idle(Phase.STARTUP, 0);
    }
    if (age < TRAINS) {
      return idle(Phase.MODEL_LOADED, golden.parameters() + golden.buffers());
    }
    double trained = age - TRAINS;
    long step = (long) (trained / STEP);
    if (trained % EVALUATES_EVERY > EVALUATES_EVERY - EVALUATION) {
      long held = golden.evaluationPeak() + golden.optimizerState();
      return training(Phase.EVALUATION, step, held, trained, 0);
    }
    // State appears in the first step.
    long missing = step == 0 ? golden.optimizerState() : 0;
    return switch ((int) (trained % STEP / PHASE)) {
      case 0 -> training(Phase.FORWARD, step, golden.afterForward() - missing, trained, missing);
      case 1 -> training(Phase.BACKWARD, step, golden.allocatedPeak() - missing, trained, missing);
      default -> training(Phase.OPTIMIZER_STEP, step, golden.optimizerStepPeak(), trained, 0);
    };
  }

  /// How long a process may live that can have `capacity` bytes of its GPU; infinite where it does
  /// not grow.
  double lifetime(long capacity) {
    return switch (fault) {
      case Fault.Leak(long rate) ->
          TRAINS + (capacity - rest - golden.reservedPeak()) / (double) rate;
      case Fault.None _, Fault.Drift _, Fault.OverReserve _ -> Double.POSITIVE_INFINITY;
    };
  }

  private Moment idle(Phase phase, long held) {
    long reserved = (held + 2 * MIB - 1) / (2 * MIB) * (2 * MIB);
    long process = reserved + (long) (CONTEXT * rest);
    return new Moment(phase, 0, held, reserved, process, held, 0, 0, 0);
  }

  private Moment training(Phase phase, long step, long golden, double trained, long missing) {
    long reservedGolden = this.golden.reservedPeak() - missing;
    long allocated =
        switch (fault) {
          case Fault.None _, Fault.OverReserve _ -> golden;
          case Fault.Drift(double ratio) -> Math.round(golden * (1 + ratio));
          case Fault.Leak(long rate) -> golden + (long) (rate * trained);
        };
    long reserved =
        switch (fault) {
          case Fault.None _ -> reservedGolden;
          case Fault.OverReserve(double factor) -> Math.round(reservedGolden * factor);
          case Fault.Drift(double ratio) -> Math.round(reservedGolden * (1 + ratio));
          case Fault.Leak(long rate) ->
              reservedGolden + (long) (rate * trained) / SEGMENT * SEGMENT;
        };
    return new Moment(
        phase,
        step,
        allocated,
        reserved,
        reserved + rest,
        this.golden.parameters() + this.golden.buffers(),
        phase == Phase.EVALUATION ? 0 : this.golden.gradients(),
        this.golden.optimizerState() - missing,
        this.golden.input());
  }
}

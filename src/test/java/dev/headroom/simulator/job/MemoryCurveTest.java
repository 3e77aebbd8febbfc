package dev.headroom.simulator.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.network.setup.Optimizer;
import dev.headroom.network.tensor.DType;
import dev.headroom.sample.JobPhase;
import org.junit.jupiter.api.Test;

/// The memory of one process as its run grows older.
class MemoryCurveTest {

  private static final long MIB = 1L << 20;
  private static final long REST = 1000 * MIB;
  private static final GoldenRun GOLDEN =
      new GoldenRun(
          "net",
          8,
          Optimizer.SGD,
          DType.FLOAT32,
          1,
          100 * MIB,
          2 * MIB,
          5 * MIB,
          101 * MIB,
          103 * MIB,
          400 * MIB,
          500 * MIB,
          600 * MIB,
          700 * MIB,
          300 * MIB);
  private static final MemoryCurve HEALTHY = new MemoryCurve(GOLDEN, new JobFault.None(), REST);

  @Test
  void beginsWithTheContextAndTheModel() {
    assertThat(HEALTHY.at(0))
        .isEqualTo(new HeldMemory(JobPhase.STARTUP, 0, 0, 0, 400 * MIB, 0, 0, 0, 0));
    assertThat(HEALTHY.at(2.9).phase()).isEqualTo(JobPhase.STARTUP);
    assertThat(HEALTHY.at(3))
        .isEqualTo(
            new HeldMemory(
                JobPhase.MODEL_LOADED, 0, 102 * MIB, 102 * MIB, 502 * MIB, 102 * MIB, 0, 0, 0));
    assertThat(HEALTHY.at(5.9).phase()).isEqualTo(JobPhase.MODEL_LOADED);
  }

  @Test
  void theFirstStepMakesTheOptimizersState() {
    assertThat(HEALTHY.at(6)).isEqualTo(training(JobPhase.FORWARD, 0, 297 * MIB, 597 * MIB, 0));
    assertThat(HEALTHY.at(6.5)).isEqualTo(training(JobPhase.BACKWARD, 0, 497 * MIB, 597 * MIB, 0));
    assertThat(HEALTHY.at(7))
        .isEqualTo(training(JobPhase.OPTIMIZER_STEP, 0, 500 * MIB, 700 * MIB, 103 * MIB));
    assertThat(HEALTHY.at(7.5))
        .isEqualTo(training(JobPhase.FORWARD, 1, 400 * MIB, 700 * MIB, 103 * MIB));
    assertThat(HEALTHY.at(8))
        .isEqualTo(training(JobPhase.BACKWARD, 1, 600 * MIB, 700 * MIB, 103 * MIB));
  }

  @Test
  void evaluatesAtTheEndOfEveryMinute() {
    assertThat(HEALTHY.at(6 + 54).phase()).isNotEqualTo(JobPhase.EVALUATION);
    HeldMemory evaluated = HEALTHY.at(6 + 55);
    assertThat(evaluated.phase()).isEqualTo(JobPhase.EVALUATION);
    assertThat(evaluated.allocated()).isEqualTo(403 * MIB);
    assertThat(evaluated.gradients()).isZero();
    assertThat(HEALTHY.at(6 + 61).phase()).isNotEqualTo(JobPhase.EVALUATION);
  }

  @Test
  void faultsChangeWhatTheAllocatorHolds() {
    HeldMemory drifting = new MemoryCurve(GOLDEN, new JobFault.Drift(0.2), REST).at(8);
    assertThat(drifting.allocated()).isEqualTo(720 * MIB);
    assertThat(drifting.reserved()).isEqualTo(840 * MIB);
    HeldMemory reserving = new MemoryCurve(GOLDEN, new JobFault.OverReserve(2), REST).at(8);
    assertThat(reserving.allocated()).isEqualTo(600 * MIB);
    assertThat(reserving.reserved()).isEqualTo(1400 * MIB);
    assertThat(reserving.process()).isEqualTo(2400 * MIB);
    HeldMemory leaking = new MemoryCurve(GOLDEN, new JobFault.Leak(10 * MIB), REST).at(9.5);
    assertThat(leaking.allocated()).isEqualTo(635 * MIB);
    assertThat(leaking.reserved()).isEqualTo(720 * MIB);
  }

  @Test
  void aLeakEndsARun() {
    var leaking = new MemoryCurve(GOLDEN, new JobFault.Leak(10 * MIB), REST);
    assertThat(leaking.lifetime(2000 * MIB)).isEqualTo(6 + 30.0);
    assertThat(HEALTHY.lifetime(2000 * MIB)).isInfinite();
  }

  private static HeldMemory training(
      JobPhase phase, long step, long allocated, long reserved, long state) {
    return new HeldMemory(
        phase, step, allocated, reserved, reserved + REST, 102 * MIB, 101 * MIB, state, 5 * MIB);
  }
}

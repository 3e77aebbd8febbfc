package dev.headroom.triage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.budget.KernelTemporaries;
import dev.headroom.calibration.MeasuredSize;
import dev.headroom.ledger.Snapshot;
import dev.headroom.ledger.SnapshotBuilder;
import dev.headroom.ledger.headroom.GpuHeadroom;
import dev.headroom.ledger.state.JobState;
import dev.headroom.memory.MemorySize;
import dev.headroom.sample.JobPhase;
import dev.headroom.sample.MemorySample;
import dev.headroom.sample.RunOutcome;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class TriageTest {

  private static final long GIB = 1L << 30;

  @Test
  void aJobWithinItsBudgetIsFine() {
    Triage triage = triage(sampled(sample(1).allocated(size(2100)).reserved(size(2400))));
    assertThat(triage.severity()).isEqualTo(Severity.FINE);
    assertThat(triage.concerns()).isEmpty();
  }

  @Test
  void aJobWhoseKernelsMakeTensorsForThemselvesIsFine() {
    Snapshot snapshot =
        new SnapshotBuilder()
            .with(
                SnapshotBuilder.config(
                    "job",
                    "m",
                    SnapshotBuilder.budget(new KernelTemporaries(size(300), size(350)))),
                1)
            .with(sample(1).allocated(size(2300)).reserved(size(2750)).build(), 2)
            .snapshot();
    assertThat(triage(snapshot).severity()).isEqualTo(Severity.FINE);
    assertThat(triage(snapshot).drift().orElseThrow().drift().bytes()).isZero();
  }

  @Test
  void theWorstOfAllocatedAndReservedCountsAndTheRoughDeviceDoesNot() {
    // When
    Triage triage =
        triage(
            sampled(
                sample(1).allocated(size(2000)).reserved(size(3000)).processUsed(size(9 * GIB))));

    // Then
    assertThat(triage.concerns()).containsExactly(Concern.SLIGHTLY_OVER_BUDGET);
    assertThat(triage.drift().map(WorstDrift::size)).contains(MeasuredSize.RESERVED);
    assertThat(triage.drift().orElseThrow().drift().ratio()).isEqualTo(0.25);
  }

  @Test
  void moreThanHalfAGibibyteAboveTheBudgetIsAWarning() {
    Triage triage = triage(sampled(sample(1).allocated(size(GIB))));
    assertThat(triage.concerns()).containsExactly(Concern.OVER_BUDGET);
    assertThat(triage.severity()).isEqualTo(Severity.WARNING);
  }

  @Test
  void aJobThatFillsItsGpuSoonIsCriticalAndOneThatHasTimeIsAWarning() {
    assertThat(triage(growing(30, 100)).concerns())
        .containsExactly(Concern.FULL_SOON, Concern.LEAKING);
    assertThat(triage(growing(30, 100)).severity()).isEqualTo(Severity.CRITICAL);
    assertThat(triage(growing(30, 1200)).concerns()).contains(Concern.FULL_LATER);
    assertThat(triage(growing(30, 9000)).concerns()).containsExactly(Concern.LEAKING);
  }

  @Test
  void howAJobEndedCounts() {
    assertThat(triage(ended(RunOutcome.OUT_OF_MEMORY)).severity()).isEqualTo(Severity.CRITICAL);
    assertThat(triage(ended(RunOutcome.FAILED)).concerns()).containsExactly(Concern.FAILED);
    assertThat(triage(ended(RunOutcome.COMPLETED)).severity()).isEqualTo(Severity.FINE);
  }

  @Test
  void withoutABudgetItSaysSo() {
    Snapshot snapshot =
        new SnapshotBuilder().with(sample(1).allocated(size(1)).build(), 1).snapshot();
    assertThat(triage(snapshot).concerns()).containsExactly(Concern.NO_BUDGET);
    assertThat(triage(snapshot).drift()).isEmpty();
  }

  @Test
  void jobsThatDoNotFitTogetherOnTheirGpuAreOverCommitted() {
    // Given two jobs of 6000 bytes on a GPU of 10000
    Snapshot snapshot =
        new SnapshotBuilder()
            .with(SnapshotBuilder.gpu("GPU-1", 1, 9000), 1)
            .with(sample(1).processUsed(size(6000)).build(), 1)
            .with(SnapshotBuilder.sample("other", "GPU-1", 1).processUsed(size(6000)).build(), 1)
            .snapshot();

    // Then
    assertThat(Triage.overCommitted(GpuHeadroom.of(snapshot))).containsExactly("GPU-1");
    assertThat(triage(snapshot).concerns()).startsWith(Concern.OVER_COMMITTED);
  }

  private static Snapshot growing(int spans, long secondsLeft) {
    var builder = new SnapshotBuilder().with(SnapshotBuilder.config("job", "m"), 1);
    long rate = 1 << 20;
    for (int i = 0; i < spans; i++) {
      long second = i * 10L;
      long used = rate * second;
      builder.with(
          sample(second)
              .step(i + 10L)
              .processUsed(size(used + 1))
              .deviceUsed(size(used + 1))
              .deviceTotal(size(used + 1 + rate * secondsLeft))
              .build(),
          second);
    }
    return builder.snapshot();
  }

  private static Snapshot ended(RunOutcome outcome) {
    return sampled(sample(2).phase(JobPhase.ENDED).outcome(outcome).allocated(size(10)));
  }

  private static Snapshot sampled(MemorySample.Builder sample) {
    return new SnapshotBuilder()
        .with(SnapshotBuilder.config("job", "m"), 1)
        .with(sample.build(), 2)
        .snapshot();
  }

  private static MemorySample.Builder sample(long second) {
    return SnapshotBuilder.sample("job", "GPU-1", second);
  }

  private static Triage triage(Snapshot snapshot) {
    JobState job = Objects.requireNonNull(snapshot.jobs().get("job"));
    return Triage.of(job, snapshot, Triage.overCommitted(GpuHeadroom.of(snapshot)));
  }

  private static MemorySize size(long bytes) {
    return new MemorySize(bytes);
  }
}

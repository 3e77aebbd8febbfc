package dev.headroom.api.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.history.EndedRuns;
import dev.headroom.history.HistoryBounds;
import dev.headroom.ledger.LedgerLimits;
import dev.headroom.ledger.Snapshot;
import dev.headroom.ledger.SnapshotBuilder;
import dev.headroom.ledger.state.JobState;
import dev.headroom.memory.MemorySize;
import dev.headroom.sample.JobPhase;
import dev.headroom.sample.RunOutcome;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class EndedViewTest {

  private final Snapshot snapshot =
      new SnapshotBuilder()
          .with(SnapshotBuilder.config("a", "resnet50"), 0)
          .with(
              SnapshotBuilder.sample("a", "GPU-1", 1)
                  .allocated(new MemorySize(2100))
                  .reserved(new MemorySize(2300))
                  .processUsed(new MemorySize(3000))
                  .build(),
              1)
          .with(
              SnapshotBuilder.sample("a", "GPU-1", 4)
                  .phase(JobPhase.ENDED)
                  .outcome(RunOutcome.FAILED)
                  .allocated(new MemorySize(1))
                  .build(),
              4)
          .snapshot();

  @Test
  void aRunIsToldWithTheBudgetThatItDeclared() {
    assertThat(view(snapshot))
        .isEqualTo(
            new EndedView(
                "a",
                "1",
                "alice@example.com",
                "vision",
                null,
                "resnet50",
                "failed",
                SnapshotBuilder.START.plusSeconds(1),
                SnapshotBuilder.START.plusSeconds(4),
                2100L,
                2300L,
                3000L,
                2000L,
                "allocated",
                0.05,
                1,
                "gpu-07",
                null));
  }

  @Test
  void aConfigThatIsForgottenOrAnothersIsNotItsOwn() {
    EndedView forgotten = view(Snapshot.empty(LedgerLimits.DEFAULT));
    assertThat(forgotten.model()).isNull();
    assertThat(forgotten.predictedAllocatedBytes()).isNull();
    assertThat(forgotten.driftSize()).isNull();
    assertThat(forgotten.driftRatio()).isNull();
    assertThat(forgotten.allocatedBytes()).isEqualTo(2100);
    JobState other =
        JobState.restored(
            "a",
            "1",
            0,
            "another content",
            job().placements(),
            job().peaks(),
            job().tally(),
            job().steps(),
            null,
            null,
            null,
            null,
            SnapshotBuilder.START,
            List.of());
    assertThat(EndedView.withRegistration(other, snapshot)).isSameAs(other);
    assertThat(EndedView.withRegistration(job(), snapshot).registration()).isNotNull();
  }

  @Test
  void aRunKeepsItsOwnerOnceItsConfigIsForgotten() {
    assertThat(view(Snapshot.empty(LedgerLimits.DEFAULT)))
        .extracting(EndedView::owner, EndedView::team, EndedView::namespace)
        .containsExactly("alice@example.com", "vision", null);
  }

  private EndedView view(Snapshot known) {
    var runs = new EndedRuns(HistoryBounds.of(10, 10));
    runs.record(job(), SnapshotBuilder.START.plusSeconds(4));
    return EndedView.of(runs.newestFirst().getFirst(), known);
  }

  private JobState job() {
    return Objects.requireNonNull(snapshot.jobs().get("a"));
  }
}

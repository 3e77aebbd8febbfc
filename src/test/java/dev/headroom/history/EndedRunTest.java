package dev.headroom.history;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.ledger.SnapshotBuilder;
import dev.headroom.ledger.state.JobState;
import dev.headroom.memory.MemorySize;
import dev.headroom.sample.JobPhase;
import dev.headroom.sample.RunOutcome;
import java.time.Instant;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class EndedRunTest {

  private static final Instant END = SnapshotBuilder.START.plusSeconds(9);

  @Test
  void itIsKeptAsItEndedWithoutItsRegistration() {
    // Given
    JobState job = job(3);

    // When
    EndedRun run = EndedRun.ended(job, END, "A100");

    // Then
    assertThat(run.outcome()).isEqualTo("failed");
    assertThat(run.endedAt()).isEqualTo(END);
    assertThat(run.gpuModel()).isEqualTo("A100");
    assertThat(run.state().registration()).isNull();
    assertThat(run.state().ownership()).isEqualTo(job.ownership());
    assertThat(run.state())
        .usingRecursiveComparison()
        .ignoringFields("registration", "attributed", "endedAt", "asOf", "summaryOffset")
        .isEqualTo(job);
    assertThat(run.state().endedAt()).isEqualTo(END);
    assertThat(run.state().asOf()).isEqualTo(job.seenAt());
  }

  @Test
  void anotherReplicasWordIsOfItsTime() {
    JobState theirs = job(1).heard(END.minusSeconds(1), END.minusSeconds(5));
    assertThat(EndedRun.ended(theirs, END, null).state().asOf()).isEqualTo(END.minusSeconds(5));
  }

  @Test
  void oneThatAnotherFollowedWasReplacedWhateverItsRanksSaid() {
    EndedRun run = EndedRun.replaced(job(1), END, null);
    assertThat(run.outcome()).isEqualTo("replaced");
    assertThat(run.state().endedAt()).isEqualTo(END);
    assertThat(run.gpuModel()).isNull();
  }

  @Test
  void atMostSixtyFourRanksAreKept() {
    assertThat(EndedRun.ended(job(64), END, null).state().placements()).hasSize(64);
    JobState large = job(65);
    assertThat(large.placements()).hasSize(65);
    assertThat(EndedRun.replaced(large, END, null).state().placements())
        .isEqualTo(large.placements().subList(0, 64));
  }

  private static JobState job(int ranks) {
    var ledger = new SnapshotBuilder().with(SnapshotBuilder.config("a", "m"), 0);
    for (int rank = 0; rank < ranks; rank++) {
      ledger.with(
          SnapshotBuilder.sample("a", "GPU-" + rank, 1)
              .rank(rank)
              .pid(100L + rank)
              .allocated(new MemorySize(10 + rank))
              .phase(rank == 0 ? JobPhase.ENDED : JobPhase.FORWARD)
              .outcome(rank == 0 ? RunOutcome.FAILED : null)
              .build(),
          1);
    }
    return Objects.requireNonNull(ledger.snapshot().jobs().get("a"));
  }
}

package dev.headroom.api.watch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.api.job.EndedView;
import dev.headroom.api.roster.JobRoster;
import dev.headroom.history.EndedRuns;
import dev.headroom.history.HistoryBounds;
import dev.headroom.history.JobHistories;
import dev.headroom.ledger.LedgerLimits;
import dev.headroom.ledger.Snapshot;
import dev.headroom.ledger.SnapshotBuilder;
import dev.headroom.memory.MemorySize;
import dev.headroom.sample.JobPhase;
import dev.headroom.status.IngestStatus;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class JobWatchTest {

  private final EndedRuns runs = new EndedRuns(HistoryBounds.of(30, 30));
  private final Snapshot snapshot = snapshot(25);

  @Test
  void aJobIsToldWhileItIsListed() {
    JobWatch.Document document = document("a", snapshot);
    assertThat(document.known()).isTrue();
    assertThat(document.listed()).isTrue();
    assertThat(Objects.requireNonNull(document.detail()).listed().job()).isEqualTo("a");
    assertThat(document.runs()).hasSize(20);
    assertThat(document.runs().getFirst())
        .isEqualTo(EndedView.of(runs.newestFirst().getFirst(), snapshot));
    assertThat(document.happened()).isEmpty();
  }

  @Test
  void andAsItEnded() {
    JobWatch.Document document = document("a", Snapshot.empty(LedgerLimits.DEFAULT));
    assertThat(document.known()).isTrue();
    assertThat(document.listed()).isFalse();
    assertThat(Objects.requireNonNull(document.detail()).listed().run()).isEqualTo("25");
  }

  @Test
  void whatNobodyKnowsIsUnknown() {
    JobWatch.Document document = document("b", snapshot);
    assertThat(document.known()).isFalse();
    assertThat(document.listed()).isFalse();
    assertThat(document.detail()).isNull();
    assertThat(document.runs()).isEmpty();
  }

  private JobWatch.Document document(String job, Snapshot of) {
    var roster = new JobRoster(of);
    return (JobWatch.Document)
        new JobWatch(job)
            .document(
                new WatchSources(
                    HeaderView.of(roster, Optional.empty(), runs.size()),
                    roster,
                    new JobHistories(HistoryBounds.of(1, 1)),
                    runs,
                    new IngestStatus()));
  }

  /// So many runs of one job, one after another.
  private Snapshot snapshot(int count) {
    var ledger = new SnapshotBuilder();
    for (int run = 1; run <= count; run++) {
      ledger.with(
          SnapshotBuilder.sample("a", "GPU-1", 10L * run)
              .run(Integer.toString(run))
              .pid((long) run)
              .phase(JobPhase.ENDED)
              .allocated(new MemorySize(run))
              .build(),
          10L * run);
      runs.record(
          Objects.requireNonNull(ledger.snapshot().jobs().get("a")),
          SnapshotBuilder.START.plusSeconds(10L * run));
    }
    return ledger.snapshot();
  }
}

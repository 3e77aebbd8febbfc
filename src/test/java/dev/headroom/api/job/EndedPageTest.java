package dev.headroom.api.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headroom.history.EndedRuns;
import dev.headroom.history.HistoryBounds;
import dev.headroom.ledger.Snapshot;
import dev.headroom.ledger.SnapshotBuilder;
import dev.headroom.memory.MemorySize;
import dev.headroom.sample.JobPhase;
import dev.headroom.sample.RunOutcome;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Five runs, one a second; the last two failed.
class EndedPageTest {

  private static final Instant START = SnapshotBuilder.START;

  private final EndedRuns runs = new EndedRuns(HistoryBounds.of(10, 10));
  private final Snapshot snapshot = snapshot();

  private Snapshot snapshot() {
    var ledger = new SnapshotBuilder().with(SnapshotBuilder.gpu("GPU-1", 0, 100), 0);
    for (int i = 1; i <= 5; i++) {
      ledger.with(
          SnapshotBuilder.sample("job-" + i, "GPU-1", i)
              .host(i == 2 ? "Other-Node" : "gpu-07")
              .phase(JobPhase.ENDED)
              .outcome(i > 3 ? RunOutcome.FAILED : RunOutcome.COMPLETED)
              .allocated(new MemorySize(1))
              .build(),
          i);
      runs.record(
          Objects.requireNonNull(ledger.snapshot().jobs().get("job-" + i)), START.plusSeconds(i));
    }
    return ledger.snapshot();
  }

  @Test
  void theNewestComeFirstPageByPage() {
    EndedPage first = page(null, null, null, 2);
    assertThat(jobs(first)).containsExactly("job-5", "job-4");
    assertThat(first.total()).isEqualTo(5);
    assertThat(first.outcomes()).isEqualTo(Map.of("completed", 3, "failed", 2));
    assertThat(first.next()).isEqualTo(START.plusSeconds(4).toString());
    EndedPage second = page(null, null, START.plusSeconds(4), 2);
    assertThat(jobs(second)).containsExactly("job-3", "job-2");
    EndedPage last = page(null, null, START.plusSeconds(2), 1);
    assertThat(jobs(last)).containsExactly("job-1");
    assertThat(last.next()).isNull();
    assertThat(last.total()).isEqualTo(5);
  }

  @Test
  void aQueryIsOfOutcomeNameOrHost() {
    assertThat(jobs(page("failed", null, null, 9))).containsExactly("job-5", "job-4");
    assertThat(jobs(page(null, " JOB-3 ", null, 9))).containsExactly("job-3");
    assertThat(jobs(page(null, "other-node", null, 9))).containsExactly("job-2");
    assertThat(jobs(page("failed", "job-3", null, 9))).isEmpty();
    assertThat(page("failed", null, null, 9).outcomes()).containsEntry("completed", 3);
    assertThat(jobs(page(null, "  ", null, 9))).hasSize(5);
    assertThatThrownBy(() -> EndedPage.Query.of("odd", null))
        .hasMessageStartingWith("outcome unknown: odd");
  }

  private EndedPage page(
      @Nullable String outcome, @Nullable String search, @Nullable Instant after, int limit) {
    return EndedPage.of(runs, snapshot, EndedPage.Query.of(outcome, search), after, limit);
  }

  private static List<String> jobs(EndedPage page) {
    return page.runs().stream().map(EndedView::job).toList();
  }
}

package dev.headroom.api.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headroom.history.EndedRuns;
import dev.headroom.history.HistoryBounds;
import dev.headroom.ledger.Snapshot;
import dev.headroom.ledger.SnapshotBuilder;
import dev.headroom.live.LedgerKeeper;
import dev.headroom.memory.MemorySize;
import dev.headroom.sample.JobPhase;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class EndedResourceTest {

  @Test
  void runsAreAskedForByOutcomeNameAndTime() {
    // Given
    var runs = new EndedRuns(HistoryBounds.of(10, 10));
    var ledger = new SnapshotBuilder();
    for (int i = 1; i <= 3; i++) {
      ledger.with(
          SnapshotBuilder.sample("job-" + i, "GPU-1", i)
              .phase(JobPhase.ENDED)
              .allocated(new MemorySize(1))
              .build(),
          i);
      runs.record(
          Objects.requireNonNull(ledger.snapshot().jobs().get("job-" + i)),
          SnapshotBuilder.START.plusSeconds(i));
    }
    Snapshot snapshot = ledger.snapshot();
    var resource = new EndedResource(runs, new LedgerKeeper(snapshot));

    // Then
    EndedPage first = resource.ended(null, null, null, 2);
    assertThat(first.runs()).extracting(EndedView::job).containsExactly("job-3", "job-2");
    assertThat(resource.ended("completed", "JOB-1", first.next(), 2).runs())
        .extracting(EndedView::job)
        .containsExactly("job-1");
    assertThat(resource.ended("failed", null, null, 1000).runs()).isEmpty();
    assertThatThrownBy(() -> resource.ended(null, null, "odd", 1))
        .hasMessage("after is no time: odd");
    assertThatThrownBy(() -> resource.ended(null, null, null, 1001))
        .hasMessage("limit is not 1 to 1000: 1001");
  }
}

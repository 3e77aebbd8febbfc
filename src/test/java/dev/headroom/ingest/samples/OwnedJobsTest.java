package dev.headroom.ingest.samples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.ledger.Arrival;
import dev.headroom.ledger.Ledger;
import dev.headroom.ledger.Snapshot;
import dev.headroom.ledger.SnapshotBuilder;
import dev.headroom.ledger.event.JobSummarized;
import dev.headroom.ledger.event.MemorySampled;
import dev.headroom.ledger.state.JobState;
import dev.headroom.ledger.state.SampleOffset;
import dev.headroom.live.LedgerKeeper;
import dev.headroom.memory.MemorySize;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/// Jobs of another replica become ours, are handed over, and are forgotten.
class OwnedJobsTest {

  private static final Instant NOW = SnapshotBuilder.START.plusSeconds(10);
  private static final int PARTITION = 3;

  private final LedgerKeeper keeper = new LedgerKeeper(summarized());
  private final OwnedJobs jobs = new OwnedJobs(keeper, () -> NOW);

  @Test
  void theJobsOfAPartitionAreRestoredWithTheOffsetsOfTheirSummaries() {
    // When
    assertThat(jobs.restore(PARTITION)).containsOnlyKeys("a").containsValue(offset());

    // Then
    assertThat(jobs.snapshot().owned()).containsExactly(PARTITION);
    assertThat(jobs.snapshot().owns(job())).isTrue();
    assertThat(job().seenAt()).isEqualTo(NOW);
    assertThat(jobs.restore(PARTITION + 1)).isEmpty();
  }

  @Test
  void whatIsReleasedIsShownAsItIs() {
    // Given
    jobs.restore(PARTITION);

    // When
    jobs.release(List.of(PARTITION));

    // Then
    assertThat(jobs.snapshot().owned()).isEmpty();
    assertThat(job().asOf()).isEqualTo(NOW);
  }

  @Test
  void whatIsLostIsForgotten() {
    // Given
    jobs.restore(PARTITION);
    jobs.restore(PARTITION + 1);

    // When
    jobs.lose(List.of(PARTITION));

    // Then
    assertThat(jobs.snapshot().owned()).containsExactly(PARTITION + 1);
    assertThat(jobs.snapshot().jobs().get("a")).isNull();
  }

  private JobState job() {
    return Objects.requireNonNull(jobs.snapshot().jobs().get("a"));
  }

  private static SampleOffset offset() {
    return new SampleOffset("id", 41);
  }

  /// A ledger that knows of one job what its owner's summary says.
  private static Snapshot summarized() {
    Snapshot theirs =
        new SnapshotBuilder()
            .with(
                new MemorySampled(
                    SnapshotBuilder.sample("a", "GPU-1", 1).reserved(new MemorySize(5)).build()),
                PARTITION,
                1)
            .snapshot();
    JobState state = Objects.requireNonNull(theirs.jobs().get("a"));
    return Ledger.fold(
            Snapshot.empty(theirs.limits()),
            List.of(
                new Arrival.Received(
                    new JobSummarized(state, SnapshotBuilder.START, offset()), PARTITION)),
            NOW)
        .snapshot();
  }
}

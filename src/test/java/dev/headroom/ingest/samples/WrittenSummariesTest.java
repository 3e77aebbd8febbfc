package dev.headroom.ingest.samples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.ledger.Snapshot;
import dev.headroom.ledger.SnapshotBuilder;
import dev.headroom.ledger.state.JobState;
import dev.headroom.memory.MemorySize;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// A job is written as long as nothing that its summary tells has changed.
class WrittenSummariesTest {

  private final WrittenSummaries written = new WrittenSummaries();

  @Test
  void aJobIsWrittenUntilItChanges() {
    // Given
    var ledger = new SnapshotBuilder();
    JobState one = job(ledger, 1);
    assertThat(written.contain(one)).isFalse();

    // When
    written.put(one);

    // Then
    assertThat(written.contain(one)).isTrue();
    JobState two = job(ledger, 2);
    assertThat(written.contain(two)).isFalse();
    written.put(two);
    assertThat(written.contain(two)).isTrue();
    assertThat(written.contain(one)).as("only the last counts").isFalse();
  }

  @Test
  void whatIsGoneIsForgotten() {
    // Given
    JobState job = job(new SnapshotBuilder(), 1);

    // When, then
    written.put(job);
    written.remove("another");
    assertThat(written.contain(job)).isTrue();
    written.remove(job.job());
    assertThat(written.contain(job)).isFalse();

    written.put(job);
    written.removeAll(Set.of(job.partition() + 1));
    assertThat(written.contain(job)).isTrue();
    written.removeAll(Set.of(job.partition()));
    assertThat(written.contain(job)).isFalse();

    written.put(job);
    written.clear();
    assertThat(written.contain(job)).isFalse();
  }

  private static JobState job(SnapshotBuilder ledger, long second) {
    Snapshot snapshot =
        ledger
            .with(
                SnapshotBuilder.sample("a", "GPU-1", second).reserved(new MemorySize(5)).build(),
                second)
            .snapshot();
    return Objects.requireNonNull(snapshot.jobs().get("a"));
  }
}

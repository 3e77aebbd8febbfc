package dev.headroom.ingest.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.headroom.budget.Unsupported;
import dev.headroom.ledger.Snapshot;
import dev.headroom.ledger.SnapshotBuilder;
import dev.headroom.ledger.event.MemorySampled;
import dev.headroom.memory.MemorySize;
import dev.headroom.sample.JobPhase;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class PredictionErrorsTest {

  private static final MemorySampled END =
      new MemorySampled(
          SnapshotBuilder.sample("a", "GPU-1", 2)
              .phase(JobPhase.ENDED)
              .allocated(new MemorySize(0))
              .build());

  @Test
  void aJobThatEndsIsJudgedOnceByItsMeasuredPeak() {
    // Given
    var cluster = new SnapshotBuilder().with(SnapshotBuilder.config("a", "m"), 0).with(held(), 1);
    Snapshot before = cluster.snapshot();

    // When
    Snapshot after = cluster.with(END, 2).snapshot();

    // Then
    assertThat(PredictionErrors.errors(before, after, Stream.of(held(), END, END)))
        .singleElement()
        .satisfies(error -> assertThat(error).isCloseTo(0.2, within(1e-9)));
    assertThat(PredictionErrors.errors(after, after, Stream.of(END))).isEmpty();
  }

  @Test
  void aJobThatGoesOnIsNotJudged() {
    // Given
    var cluster = new SnapshotBuilder().with(SnapshotBuilder.config("a", "m"), 0).with(held(), 1);
    Snapshot before = cluster.snapshot();
    var other =
        new MemorySampled(
            SnapshotBuilder.sample("a", "GPU-2", 1).rank(1).allocated(new MemorySize(1)).build());

    // When
    Snapshot after = cluster.with(other, 1).with(END, 2).snapshot();

    // Then
    assertThat(PredictionErrors.errors(before, after, Stream.of(other, END))).isEmpty();
  }

  @Test
  void aJobWithoutPredictionIsNotJudged() {
    // Given
    var unsupported = SnapshotBuilder.config("a", "m", new Unsupported(List.of("no rule")));
    var cluster = new SnapshotBuilder().with(unsupported, 0).with(held(), 1);
    Snapshot before = cluster.snapshot();

    // When
    Snapshot after = cluster.with(END, 2).snapshot();

    // Then
    assertThat(after.jobs().get("a")).matches(job -> job.endedAt() != null);
    assertThat(PredictionErrors.errors(before, after, Stream.of(END))).isEmpty();
  }

  private static MemorySampled held() {
    return new MemorySampled(
        SnapshotBuilder.sample("a", "GPU-1", 1).allocated(new MemorySize(2400)).build());
  }
}

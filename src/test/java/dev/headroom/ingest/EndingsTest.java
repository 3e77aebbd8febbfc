package dev.headroom.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.headroom.budget.MemorySize;
import dev.headroom.budget.Unsupported;
import dev.headroom.ledger.Cluster;
import dev.headroom.ledger.MemorySampled;
import dev.headroom.ledger.Phase;
import dev.headroom.ledger.Snapshot;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class EndingsTest {

  private static final MemorySampled END =
      new MemorySampled(
          Cluster.sample("a", "GPU-1", 2)
              .phase(Phase.ENDED)
              .allocated(new MemorySize(0))
              .build());

  @Test
  void aJobThatEndsIsJudgedOnceByItsMeasuredPeak() {
    // Given
    var cluster = new Cluster().with(Cluster.config("a", "m"), 0).with(held(), 1);
    Snapshot before = cluster.snapshot();

    // When
    Snapshot after = cluster.with(END, 2).snapshot();

    // Then
    assertThat(Endings.errors(before, after, Stream.of(held(), END, END)))
        .singleElement()
        .satisfies(error -> assertThat(error).isCloseTo(0.2, within(1e-9)));
    assertThat(Endings.errors(after, after, Stream.of(END))).isEmpty();
  }

  @Test
  void aJobThatGoesOnIsNotJudged() {
    // Given
    var cluster = new Cluster().with(Cluster.config("a", "m"), 0).with(held(), 1);
    Snapshot before = cluster.snapshot();
    var other =
        new MemorySampled(
            Cluster.sample("a", "GPU-2", 1).rank(1).allocated(new MemorySize(1)).build());

    // When
    Snapshot after = cluster.with(other, 1).with(END, 2).snapshot();

    // Then
    assertThat(Endings.errors(before, after, Stream.of(other, END))).isEmpty();
  }

  @Test
  void aJobWithoutPredictionIsNotJudged() {
    // Given
    var unsupported = Cluster.config("a", "m", new Unsupported(List.of("no rule")));
    var cluster = new Cluster().with(unsupported, 0).with(held(), 1);
    Snapshot before = cluster.snapshot();

    // When
    Snapshot after = cluster.with(END, 2).snapshot();

    // Then
    assertThat(after.jobs().get("a")).matches(job -> job.endedAt() != null);
    assertThat(Endings.errors(before, after, Stream.of(END))).isEmpty();
  }

  private static MemorySampled held() {
    return new MemorySampled(
        Cluster.sample("a", "GPU-1", 1).allocated(new MemorySize(2400)).build());
  }
}

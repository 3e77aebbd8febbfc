package dev.headroom.history;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.ledger.Snapshot;
import dev.headroom.ledger.SnapshotBuilder;
import dev.headroom.memory.MemorySize;
import dev.headroom.sample.JobPhase;
import dev.headroom.sample.RunOutcome;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class JobHistoriesTest {

  private static final Instant START = SnapshotBuilder.START;

  @Test
  void anHourIsKeptAtFallingResolution() {
    // Given three hours, a sample each two seconds that counts up
    var histories = new JobHistories(HistoryBounds.of(10, 10));
    var cluster = new SnapshotBuilder();
    long seconds = 3 * 3600;
    for (long second = 0; second <= seconds; second += 2) {
      cluster.with(
          SnapshotBuilder.sample("a", "GPU-1", second).allocated(size(second + 1)).build(), second);
      histories.record(cluster.snapshot(), START.plusSeconds(second));
    }
    Instant now = START.plusSeconds(seconds);

    // When
    List<HistoryPoint> points = histories.of("a", now).orElseThrow().points();

    // Then
    assertThat(points).hasSizeBetween(150, 180);
    assertThat(points).isSortedAccordingTo((one, other) -> one.at().compareTo(other.at()));
    assertThat(points.getFirst().at())
        .isBetween(now.minus(Duration.ofHours(1)), now.minus(Duration.ofMinutes(58)));
    assertThat(Objects.requireNonNull(points.getLast().allocated())).isEqualTo(size(seconds + 1));
    assertThat(Duration.between(points.get(0).at(), points.get(1).at())).hasMinutes(1);
    assertThat(Duration.between(points.get(points.size() - 2).at(), points.getLast().at()))
        .hasSeconds(2);
    assertThat(points).doesNotHaveDuplicates();
    assertThat(points).allSatisfy(point -> assertThat(point.phase()).isEqualTo(JobPhase.FORWARD));
  }

  @Test
  void aPeakBetweenTwoLooksIsNotLost() {
    // Given
    var histories = new JobHistories(HistoryBounds.of(10, 10));
    var cluster = new SnapshotBuilder();
    look(histories, cluster, 0, 100);

    // When it holds 900 for a moment that nobody looks at
    cluster.with(SnapshotBuilder.sample("a", "GPU-1", 10).allocated(size(900)).build(), 10);
    look(histories, cluster, 12, 200);

    // Then
    List<HistoryPoint> points = histories.of("a", START.plusSeconds(12)).orElseThrow().points();
    assertThat(points).extracting(HistoryPoint::allocated).containsExactly(size(100), size(900));
  }

  @Test
  void withoutANewSampleThereIsNoPoint() {
    var histories = new JobHistories(HistoryBounds.of(10, 10));
    var cluster = new SnapshotBuilder();
    look(histories, cluster, 0, 100);
    histories.record(cluster.snapshot(), START.plusSeconds(30));
    assertThat(histories.of("a", START.plusSeconds(30)).orElseThrow().points()).hasSize(1);
  }

  @Test
  void whatHappensIsNoticedOnce() {
    // Given
    var histories = new JobHistories(HistoryBounds.of(10, 10));
    var cluster = new SnapshotBuilder().with(SnapshotBuilder.config("a", "m"), 0);

    // When
    look(histories, cluster, 1, 100);
    look(histories, cluster, 3, 2400);
    look(histories, cluster, 5, 2401);
    cluster.with(
        SnapshotBuilder.sample("a", "GPU-1", 7)
            .phase(JobPhase.ENDED)
            .outcome(RunOutcome.OUT_OF_MEMORY)
            .allocated(size(1))
            .build(),
        7);
    histories.record(cluster.snapshot(), START.plusSeconds(7));

    // Then
    assertThat(histories.events("a"))
        .extracting(HistoryEvent::what)
        .containsExactly("run_began", "slightly_over_budget", "out_of_memory");
  }

  @Test
  void oneJobMoreThanTheBoundGetsNoneUntilAnotherIsOld() {
    // Given
    var histories = new JobHistories(HistoryBounds.of(2, 10));
    Snapshot three = snapshotOf("a", "b", "c");

    // When
    histories.record(three, START);
    histories.record(three, START.plusSeconds(2));

    // Then
    assertThat(histories.size()).isEqualTo(2);
    histories.record(snapshotOf("d"), START.plusSeconds(3590));
    assertThat(histories.of("d", START)).isEmpty();
    histories.record(snapshotOf("d"), START.plusSeconds(3700));
    assertThat(histories.of("d", START.plusSeconds(3700))).isPresent();
    assertThat(histories.size()).isEqualTo(1);
  }

  private static Snapshot snapshotOf(String... jobs) {
    var cluster = new SnapshotBuilder();
    for (String job : jobs) {
      cluster.with(SnapshotBuilder.sample(job, "GPU-1", 0).reserved(size(1)).build(), 0);
    }
    return cluster.snapshot();
  }

  private static void look(
      JobHistories histories, SnapshotBuilder cluster, long second, long allocated) {
    cluster.with(
        SnapshotBuilder.sample("a", "GPU-1", second).allocated(size(allocated)).build(), second);
    histories.record(cluster.snapshot(), START.plusSeconds(second));
  }

  private static MemorySize size(long bytes) {
    return new MemorySize(bytes);
  }
}

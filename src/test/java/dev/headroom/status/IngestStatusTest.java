package dev.headroom.status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.headroom.status.IngestStatus.OutcomeCount;
import dev.headroom.status.IngestStatus.TopicPartition;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class IngestStatusTest {

  private final IngestStatus status = new IngestStatus();

  @Test
  void countsRecordsByTopicAndOutcome() {
    // When
    status.recordReceived("b", 3);
    status.recordReceived("a", 2);
    status.recordReceived("b", 4);
    status.recordOutcome("b", RecordOutcome.APPLIED, 5);
    status.recordOutcome("b", RecordOutcome.APPLIED, 1);
    // Then
    assertThat(status.received()).containsExactly(Map.entry("a", 2L), Map.entry("b", 7L));
    assertThat(status.outcomeCounts())
        .hasSize(RecordOutcome.values().length)
        .contains(new OutcomeCount("b", RecordOutcome.APPLIED, 6))
        .allMatch(it -> it.outcome() == RecordOutcome.APPLIED || it.records() == 0);
  }

  @Test
  void delaysAreSecondsAndNeverNegative() {
    // When
    status.recordDelays(new long[] {40, -1000, 1_500, 9_999_000, 7}, 4);
    // Then
    Histogram delays = status.delays();
    assertThat(delays.counts().getFirst()).isEqualTo(2);
    assertThat(delays.counts().get(5)).isEqualTo(1);
    assertThat(delays.counts().getLast()).isEqualTo(1);
    assertThat(delays.sum()).isCloseTo(0.04 + 1.5 + 9999, within(1e-9));
  }

  @Test
  void predictionErrorsAreAHistogram() {
    // When
    var group = new PredictionRecord.Group("device", "pytorch 2.15", "A100-40GB");
    status.recordPrediction(group, -0.03, true);
    status.recordPrediction(group, 2, false);

    // Then
    assertThat(status.predictions())
        .singleElement()
        .satisfies(
            it -> {
              assertThat(it.group()).isEqualTo(group);
              assertThat(it.errors().counts().getLast()).isEqualTo(1);
              assertThat(it.errors().counts().get(4)).isEqualTo(1);
              assertThat(it.withinP95()).isEqualTo(1);
              assertThat(it.aboveP95()).isEqualTo(1);
            });
  }

  @Test
  void predictionsOfMoreGroupsThanTheBoundAreCountedTogether() {
    // When
    for (int i = 0; i < 2 * PredictionRecord.MAX_GROUPS; i++) {
      status.recordPrediction(new PredictionRecord.Group("device", "f", "GPU " + i), 0, true);
    }

    // Then
    assertThat(status.predictions()).hasSize(PredictionRecord.MAX_GROUPS + 1);
    assertThat(status.predictions().stream().mapToLong(PredictionRecord.Score::withinP95).sum())
        .isEqualTo(2L * PredictionRecord.MAX_GROUPS);
  }

  @Test
  void knowsTheLagOfThePartitionsThatItKeeps() {
    // When
    status.recordLag("a", 0, 5);
    status.recordLag("a", 1, 6);
    status.recordLag("a", 1, 7);
    status.recordLag("b", 0, 8);
    status.keepLagsOf("a", List.of(1));
    // Then
    assertThat(status.lags())
        .containsOnly(
            Map.entry(new TopicPartition("a", 1), 7L), Map.entry(new TopicPartition("b", 0), 8L));
  }

  @Test
  void isReadyWhenEveryPartIs() {
    assertThat(status.notReadyReason()).isEmpty();
    // When
    status.recordProblem("samples", "no broker");
    status.recordProblem("configs", "reading");
    status.recordProblem("samples", "no topic");
    // Then
    assertThat(status.notReadyReason()).contains("reading; no topic");
    status.clearProblem("configs");
    assertThat(status.notReadyReason()).contains("no topic");
    status.clearProblem("samples");
    assertThat(status.notReadyReason()).isEmpty();
  }

  @Test
  void countsDeadLettersByWhatBecameOfThem() {
    // When
    status.recordForwardedDeadLetter();
    status.recordForwardedDeadLetter();
    status.recordWithheldDeadLetter();
    // Then
    assertThat(status.forwardedDeadLetters()).isEqualTo(2);
    assertThat(status.withheldDeadLetters()).isEqualTo(1);
  }
}

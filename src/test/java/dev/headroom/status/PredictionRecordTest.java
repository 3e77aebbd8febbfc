package dev.headroom.status;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// Predictions are counted by what they were of, in a bounded number of groups.
class PredictionRecordTest {

  private final PredictionRecord record = new PredictionRecord();

  @Test
  void eachGroupHasItsErrorsAndWhatWasWithinP95() {
    // When
    record.add(group("b"), 0.25, true);
    record.add(group("b"), 0.5, false);
    record.add(group("a"), -0.3, true);

    // Then they come in the order of their names
    assertThat(record.scores())
        .extracting(PredictionRecord.Score::group)
        .containsExactly(group("a"), group("b"));
    PredictionRecord.Score last = record.scores().getLast();
    assertThat(last.withinP95()).isEqualTo(1);
    assertThat(last.aboveP95()).isEqualTo(1);
    assertThat(last.errors().counts().stream().mapToLong(Long::longValue).sum()).isEqualTo(2);
    assertThat(last.errors().sum()).isEqualTo(0.75);
  }

  @Test
  void sizesAndFrameworksComeBeforeGpus() {
    record.add(new PredictionRecord.Group("reserved", "a", "a"), 0, true);
    record.add(new PredictionRecord.Group("device", "b", "a"), 0, true);
    record.add(new PredictionRecord.Group("device", "a", "z"), 0, true);
    assertThat(record.scores())
        .extracting(score -> score.group().toString())
        .isSorted()
        .hasSize(3)
        .first()
        .isEqualTo(new PredictionRecord.Group("device", "a", "z").toString());
  }

  @Test
  void groupsBeyondTheBoundAreCountedTogether() {
    // When
    for (int i = 0; i < PredictionRecord.MAX_GROUPS + 10; i++) {
      record.add(group("gpu-" + i), 0, true);
    }
    record.add(group("gpu-0"), 0, true);

    // Then those that are known go on
    assertThat(record.scores()).hasSize(PredictionRecord.MAX_GROUPS + 1);
    assertThat(within(group("gpu-0"))).isEqualTo(2);
    assertThat(within(new PredictionRecord.Group("device", "other", "other"))).isEqualTo(10);
  }

  private long within(PredictionRecord.Group group) {
    return record.scores().stream()
        .filter(score -> score.group().equals(group))
        .mapToLong(PredictionRecord.Score::withinP95)
        .sum();
  }

  private static PredictionRecord.Group group(String gpu) {
    return new PredictionRecord.Group("device", "pytorch 2.15", gpu);
  }
}

package dev.headroom.ingest.ownership;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.ingest.ownership.PartitionState.Owned;
import dev.headroom.ingest.ownership.PartitionState.WaitingForSummaries;
import dev.headroom.ledger.state.SampleOffset;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// When the summaries are read far enough, and which samples they contain.
class PartitionStateTest {

  private static final WaitingForSummaries WAITING =
      new WaitingForSummaries(10, 20, Map.of(0, 5L, 1, 7L));

  @Test
  void everyPartitionOfTheSummariesHasToBeReachedUpToItsEnd() {
    assertThat(WAITING.isReached(Map.of())).isFalse();
    assertThat(WAITING.isReached(Map.of(0, 5L))).isFalse();
    assertThat(WAITING.isReached(Map.of(0, 5L, 1, 6L))).isFalse();
    assertThat(WAITING.isReached(Map.of(0, 5L, 1, 7L))).isTrue();
    assertThat(WAITING.isReached(Map.of(0, 9L, 1, 9L, 2, 0L))).isTrue();
    assertThat(new WaitingForSummaries(0, 0, Map.of(0, 0L)).isReached(Map.of())).isFalse();
  }

  @Test
  void onlyOffsetsOfThisTopicBeyondThePositionHideSamples() {
    // When
    Owned owned =
        WAITING.restored(
            Map.of(
                "ahead", new SampleOffset("id", 15),
                "behind", new SampleOffset("id", 10),
                "other", new SampleOffset("another", 15),
                "older", new SampleOffset(null, 20),
                "beyond", new SampleOffset(null, 21)),
            "id");

    // Then
    assertThat(owned.next()).isEqualTo(10);
    assertThat(owned.contained()).containsOnly(Map.entry("ahead", 15L), Map.entry("older", 20L));
  }

  @Test
  void aSampleIsContainedUpToItsJobsOffset() {
    var owned = new Owned(10, Map.of("a", 15L));
    assertThat(owned.contains("a", 14)).isTrue();
    assertThat(owned.contains("a", 15)).isFalse();
    assertThat(owned.contains("b", 0)).isFalse();
  }

  @Test
  void whatIsFoldedPastHidesNothingAnyMore() {
    var owned = new Owned(10, Map.of("a", 15L, "b", 30L));
    assertThat(owned.folded(14)).isEqualTo(new Owned(14, Map.of("a", 15L, "b", 30L)));
    assertThat(owned.folded(15)).isEqualTo(new Owned(15, Map.of("b", 30L)));
    assertThat(owned.folded(30)).isEqualTo(new Owned(30, Map.of()));
  }
}

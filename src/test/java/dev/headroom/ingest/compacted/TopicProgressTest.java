package dev.headroom.ingest.compacted;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.ingest.topics.TopicView.TopicLayout;
import dev.headroom.status.IngestStatus;
import java.util.Map;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.Test;

/// When reading starts anew, and when a topic is read to its end.
class TopicProgressTest {

  private static final TopicLayout LAYOUT = new TopicLayout(Uuid.randomUuid(), 1);

  private final IngestStatus status = new IngestStatus();
  private final KnownTopics topics = new KnownTopics();
  private final TopicProgress progress = new TopicProgress("t", topics, status);

  @Test
  void readingStartsOnceForEachTopicAndEachRewind() {
    assertThat(progress.starts(LAYOUT)).isTrue();
    assertThat(progress.starts(LAYOUT)).isFalse();
    assertThat(progress.starts(new TopicLayout(Uuid.randomUuid(), 1))).isTrue();
    assertThat(progress.starts(new TopicLayout(LAYOUT.id(), 1))).as("back again").isTrue();
    assertThat(progress.starts(new TopicLayout(LAYOUT.id(), 2))).as("grown").isTrue();
    progress.rewind();
    assertThat(progress.starts(new TopicLayout(LAYOUT.id(), 2))).isTrue();
  }

  @Test
  void itIsCaughtUpOnceTheEndOfTheStartIsReached() {
    // Given
    progress.notStarted();
    assertThat(reason()).isEqualTo("t was not read yet");
    progress.starts(LAYOUT);

    // When
    progress.reached(Map.of(0, 2L));

    // Then
    assertThat(reason()).isEqualTo("t is not read to its end yet");
    assertThat(progress.isCaughtUp()).isFalse();
    assertThat(progress.positions()).isEqualTo(Map.of(0, 2L));

    // When the topic grows meanwhile
    topics.end = 9;
    progress.reached(Map.of(0, 3L));

    // Then the end is the one that was seen first
    assertThat(reason()).isEmpty();
    assertThat(progress.isCaughtUp()).isTrue();

    // When it is asked again, nothing is behind
    progress.reached(Map.of(0, 4L));
    assertThat(reason()).isEmpty();
  }

  @Test
  void aPartitionThatNobodyKnowsOfIsNotReached() {
    // When
    progress.starts(LAYOUT);
    progress.reached(Map.of());

    // Then
    assertThat(progress.isCaughtUp()).isFalse();
  }

  @Test
  void whileTheBrokerDoesNotSayTheEndItIsAskedAgain() {
    // Given
    topics.end = -1;
    progress.starts(LAYOUT);

    // When
    progress.reached(Map.of(0, 3L));

    // Then
    assertThat(reason()).isEqualTo("the broker does not say");
    topics.end = 3;
    progress.reached(Map.of(0, 3L));
    assertThat(progress.isCaughtUp()).isTrue();
  }

  @Test
  void aRewindAndAFailureVoidWhatWasReached() {
    // Given
    progress.starts(LAYOUT);
    progress.reached(Map.of(0, 3L));

    // When
    progress.rewind();
    progress.reached(Map.of(0, 3L));

    // Then positions of before the rewind do not count
    assertThat(progress.positions()).isEmpty();
    progress.starts(LAYOUT);
    assertThat(progress.isCaughtUp()).isFalse();
    progress.reached(Map.of(0, 3L));
    assertThat(progress.isCaughtUp()).isTrue();

    // When
    progress.failed(new IllegalStateException("why"));

    // Then
    assertThat(reason()).isEqualTo("t cannot be read: why");
    assertThat(progress.positions()).isEmpty();
    assertThat(progress.starts(LAYOUT)).isTrue();
  }

  @Test
  void lagsOfPartitionsThatAreGoneAreDropped() {
    // Given
    status.recordLag("t", 0, 5);
    status.recordLag("t", 1, 5);
    status.recordLag("other", 1, 5);

    // When
    progress.starts(LAYOUT);

    // Then
    assertThat(status.lags())
        .containsOnlyKeys(
            new IngestStatus.TopicPartition("t", 0), new IngestStatus.TopicPartition("other", 1));
  }

  private String reason() {
    return status.notReadyReason().orElse("");
  }
}

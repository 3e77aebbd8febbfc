package dev.headroom.ingest.compacted;

import dev.headroom.ingest.topics.TopicView;
import dev.headroom.ingest.topics.TopicView.TopicLayout;
import dev.headroom.status.IngestStatus;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/// How far a compacted topic is read, whoever reads it: when reading starts anew, and whether what
/// stood in the topic then is read. Of the reader's thread, but for what others may ask.
final class TopicProgress {

  private final String topic;
  private final TopicView topics;
  private final IngestStatus status;

  private @Nullable TopicLayout layout;

  /// The ends that have to be reached; null until they are known, empty once they are reached.
  private @Nullable Map<Integer, Long> goal;

  private volatile boolean caughtUp;

  /// What follows is guarded by this. Where reading stands, by partition; empty until it is known.
  private Map<Integer, Long> positions = Map.of();

  private boolean restart = true;

  TopicProgress(String topic, TopicView topics, IngestStatus status) {
    this.topic = topic;
    this.topics = topics;
    this.status = status;
  }

  void notStarted() {
    status.recordProblem(topic, topic + " was not read yet");
  }

  /// Reading failed; it starts anew.
  void failed(Throwable why) {
    status.recordProblem(topic, "%s cannot be read: %s".formatted(topic, why.getMessage()));
    rewind();
  }

  synchronized void rewind() {
    positions = Map.of();
    restart = true;
  }

  synchronized Map<Integer, Long> positions() {
    return positions;
  }

  boolean isCaughtUp() {
    return caughtUp;
  }

  /// Whether the topic has to be read from its beginning now: at the start, after a rewind, and
  /// where it is another one than before.
  boolean starts(TopicLayout seen) {
    synchronized (this) {
      if (!restart && seen.equals(layout)) {
        return false;
      }
      restart = false;
      positions = Map.of();
    }
    layout = seen;
    goal = null;
    caughtUp = false;
    status.keepLagsOf(topic, IntStream.range(0, seen.partitions()).boxed().toList());
    return true;
  }

  /// Everything before these offsets is part of the snapshot.
  void reached(Map<Integer, Long> offsets) {
    synchronized (this) {
      if (restart) {
        return;
      }
      positions = Map.copyOf(offsets);
    }
    report(offsets);
  }

  /// Ready once what was there at the beginning is read.
  private void report(Map<Integer, Long> offsets) {
    if (goal != null && goal.isEmpty()) {
      return;
    }
    try {
      Map<Integer, Long> known = goal == null ? topics.endOffsets(topic) : goal;
      boolean isReached =
          known.entrySet().stream()
              .allMatch(end -> offsets.getOrDefault(end.getKey(), -1L) >= end.getValue());
      goal = isReached ? Map.of() : known;
      if (isReached) {
        status.clearProblem(topic);
        caughtUp = true;
      } else {
        status.recordProblem(topic, topic + " is not read to its end yet");
      }
    } catch (KafkaException e) {
      status.recordProblem(topic, String.valueOf(e.getMessage()));
    }
  }
}

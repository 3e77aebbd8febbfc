package dev.headroom.ingest.compacted;

/// A reader of a whole compacted topic, from its beginning.
public interface TopicReader extends AutoCloseable {

  void start();

  /// Whether what stood in the topic when reading began is part of the snapshot.
  boolean isCaughtUp();

  @Override
  void close();
}

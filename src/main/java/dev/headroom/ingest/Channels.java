package dev.headroom.ingest;

import dev.headroom.ingest.batch.BatchProcessor;
import dev.headroom.ingest.batch.LetterSender;
import dev.headroom.ingest.compacted.TopicReader;
import dev.headroom.ingest.topics.TopicView;
import dev.headroom.status.IngestStatus;

/// What comes in and goes out beside samples and summaries: layer configs and device samples in,
/// dead letters out.
interface Channels {

  /// A reader of one of the topics, not started yet.
  TopicReader reader(String topic, TopicView topics, BatchProcessor processor, IngestStatus status);

  LetterSender letters();
}

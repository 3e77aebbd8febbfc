package dev.headroom.ingest.compacted;

import dev.headroom.ingest.batch.BatchProcessor;
import dev.headroom.ingest.batch.DeadLetters;
import dev.headroom.ingest.batch.Learning;
import dev.headroom.ingest.batch.TokenBucket;
import dev.headroom.ingest.topics.TopicView;
import dev.headroom.ledger.LedgerLimits;
import dev.headroom.ledger.Snapshot;
import dev.headroom.live.Calibrations;
import dev.headroom.live.LedgerKeeper;
import dev.headroom.live.Predictions;
import dev.headroom.status.IngestStatus;
import dev.headroom.wire.devicesample.DeviceSampleDecoder;
import dev.headroom.wire.plan.GpuCatalogueReader;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Uuid;

/// One topic of one partition, as a test says.
public final class KnownTopics implements TopicView {

  volatile Optional<TopicLayout> layout = Optional.empty();

  /// Negative while the broker does not say.
  public volatile long end = 3;

  /// Creates the topic, in the place of the one there was.
  public void create() {
    layout = Optional.of(new TopicLayout(Uuid.randomUuid(), 1));
  }

  @Override
  public Optional<TopicLayout> layout(String topic) {
    return layout;
  }

  @Override
  public Map<Integer, Long> endOffsets(String topic) {
    if (end < 0) {
      throw new KafkaException("the broker does not say");
    }
    return Map.of(0, end);
  }

  /// What processes device samples, also of a topic where there should be none.
  public static BatchProcessor processor(String topic, IngestStatus status) {
    var bucket = new TokenBucket(1, 1, System::nanoTime);
    return new BatchProcessor(
        topic,
        new DeviceSampleDecoder(),
        _ -> 0,
        new Learning(
            new Calibrations(GpuCatalogueReader.own(), new Predictions()),
            new MockProducer<>(),
            status,
            _ -> {}),
        new LedgerKeeper(Snapshot.empty(LedgerLimits.DEFAULT)),
        status,
        new DeadLetters((_, _) -> {}, status, bucket, bucket),
        InstantSource.system());
  }
}

package dev.headroom.ingest;

import dev.headroom.ingest.batch.BatchProcessor;
import dev.headroom.ingest.batch.LetterSender;
import dev.headroom.ingest.compacted.CompactedTopicReader;
import dev.headroom.ingest.compacted.TopicReader;
import dev.headroom.ingest.topics.TopicView;
import dev.headroom.status.IngestStatus;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;

/// Channels without a container: plain clients with the properties of the channels'.
final class PlainChannels implements Channels, AutoCloseable {

  private final KafkaClients clients;
  private final Producer<byte[], byte[]> letters;

  PlainChannels(KafkaClients clients) {
    this.clients = clients;
    this.letters = clients.producer();
  }

  @Override
  public TopicReader reader(
      String topic, TopicView topics, BatchProcessor processor, IngestStatus status) {
    return new CompactedTopicReader(topic, topics, this::consumer, processor, status);
  }

  private Consumer<byte[], byte[]> consumer() {
    return KafkaClients.consumer(clients.channelConsumerProperties(Map.of(), new AtomicLong()));
  }

  @Override
  public LetterSender letters() {
    return (letter, told) -> {
      var _ = letters.send(letter, told);
    };
  }

  @Override
  public void close() {
    letters.close();
  }
}

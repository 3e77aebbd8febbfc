package dev.headroom.ingest;

import dev.headroom.ingest.batch.BatchProcessor;
import dev.headroom.ingest.batch.LetterSender;
import dev.headroom.ingest.compacted.ChannelReader;
import dev.headroom.ingest.compacted.TopicReader;
import dev.headroom.ingest.topics.TopicView;
import dev.headroom.status.IngestStatus;
import dev.headroom.wire.Topics;
import io.smallrye.common.annotation.Blocking;
import io.smallrye.reactive.messaging.kafka.KafkaClientService;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.eclipse.microprofile.reactive.messaging.Incoming;

/// The incoming channels of SmallRye Reactive Messaging, set by `mp.messaging.…`. Each has its
/// topic's name without [Topics#PREFIX]. What goes out goes by [ReactiveLetters].
@ApplicationScoped
class ReactiveChannels implements Channels {

  static final String LAYER_CONFIGS = "layer-configs";
  static final String DEVICE_SAMPLES = "device-samples";
  static final String DEAD_LETTERS = "dead-letters";

  private final KafkaClientService clients;
  private final ChannelClients properties;
  private final ReactiveLetters letters;
  private final Map<String, ChannelReader> readers = new ConcurrentHashMap<>();

  ReactiveChannels(KafkaClientService clients, ChannelClients properties, ReactiveLetters letters) {
    this.clients = clients;
    this.properties = properties;
    this.letters = letters;
  }

  @Incoming(LAYER_CONFIGS)
  @Blocking
  void configs(ConsumerRecords<byte[], byte[]> records) {
    process(LAYER_CONFIGS, records);
  }

  @Incoming(DEVICE_SAMPLES)
  @Blocking
  void devices(ConsumerRecords<byte[], byte[]> records) {
    process(DEVICE_SAMPLES, records);
  }

  /// What comes before there is a reader comes again: a reader begins with the topic's first
  /// record.
  private void process(String channel, ConsumerRecords<byte[], byte[]> records) {
    ChannelReader reader = readers.get(channel);
    if (reader == null) {
      throw new IllegalStateException("a bug: nothing reads the channel " + channel);
    }
    reader.process(records);
  }

  @Override
  public TopicReader reader(
      String topic, TopicView topics, BatchProcessor processor, IngestStatus status) {
    String channel = topic.substring(Topics.PREFIX.length());
    var reader =
        new ChannelReader(
            topic,
            topics,
            () -> clients.getConsumer(channel),
            properties.polled(channel),
            processor,
            status);
    readers.put(channel, reader);
    return reader;
  }

  @Override
  public LetterSender letters() {
    return letters;
  }
}

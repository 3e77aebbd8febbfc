package dev.headroom.ingest;

import io.smallrye.reactive.messaging.ClientCustomizer;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.eclipse.microprofile.config.Config;

/// Gives the channels' clients the properties that [KafkaClients] gives ours, so that
/// `HEADROOM_KAFKA_…` reaches them all.
@ApplicationScoped
class ChannelClients implements ClientCustomizer<Map<String, Object>> {

  private final KafkaClients clients;
  private final Map<String, AtomicLong> polled = new ConcurrentHashMap<>();

  ChannelClients(KafkaClients clients) {
    this.clients = clients;
  }

  @Override
  public Map<String, Object> customize(
      String channel, Config config, Map<String, Object> properties) {
    return switch (channel) {
      case ReactiveChannels.LAYER_CONFIGS, ReactiveChannels.DEVICE_SAMPLES ->
          asText(clients.channelConsumerProperties(properties, polled(channel)));
      case ReactiveChannels.DEAD_LETTERS -> asText(clients.channelProducerProperties(properties));
      default -> properties;
    };
  }

  /// The connector reads some of them itself, and casts them to text.
  private static Map<String, Object> asText(Map<String, Object> properties) {
    properties.replaceAll((_, value) -> value instanceof AtomicLong ? value : value.toString());
    return properties;
  }

  /// Counts what a channel has polled.
  AtomicLong polled(String channel) {
    return polled.computeIfAbsent(channel, _ -> new AtomicLong());
  }
}

package dev.headroom.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.ingest.compacted.PolledRecords;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.util.HashMap;
import java.util.Map;
import org.eclipse.microprofile.config.Config;
import org.junit.jupiter.api.Test;

/// A channel's clients have the settings of the others.
class ChannelClientsTest {

  private static final Config CONFIG = new SmallRyeConfigBuilder().build();

  private final ChannelClients clients =
      new ChannelClients(
          new KafkaClients(
              Map.of(
                  "bootstrap.servers", "broker:9093",
                  "security.protocol", "SASL_SSL",
                  "enable.auto.commit", "true",
                  "acks", "0")));

  @Test
  void aConsumersTuningIsTheChannelsAndItsCorrectnessIsNot() {
    // When
    Map<String, Object> properties =
        clients.customize("layer-configs", CONFIG, of("max.poll.records", "7", "group.id", "g"));

    // Then
    assertThat(properties)
        .containsEntry("bootstrap.servers", "broker:9093")
        .containsEntry("security.protocol", "SASL_SSL")
        .containsEntry("max.poll.records", "7")
        .containsEntry("group.id", "g")
        .containsEntry("fetch.max.wait.ms", "200")
        .containsEntry("enable.auto.commit", "false")
        .containsEntry("auto.offset.reset", "earliest")
        .containsEntry("isolation.level", "read_uncommitted")
        .containsEntry("interceptor.classes", PolledRecords.class.getName());
    assertThat(properties.get(PolledRecords.COUNTER))
        .isSameAs(clients.polled("layer-configs"))
        .isNotSameAs(clients.polled("device-samples"));
    assertThat(clients.customize("device-samples", CONFIG, of()).get(PolledRecords.COUNTER))
        .isSameAs(clients.polled("device-samples"));
  }

  @Test
  void aProducersTuningIsTheChannelsAndItsCorrectnessIsNot() {
    // When
    Map<String, Object> properties =
        clients.customize("dead-letters", CONFIG, of("linger.ms", "5", "max.block.ms", "9999"));

    // Then
    assertThat(properties)
        .containsEntry("bootstrap.servers", "broker:9093")
        .containsEntry("security.protocol", "SASL_SSL")
        .containsEntry("linger.ms", "5")
        .containsEntry("compression.type", "lz4")
        .containsEntry("max.block.ms", "1000")
        .containsEntry("delivery.timeout.ms", "8000")
        .containsEntry("acks", "all")
        .containsEntry("enable.idempotence", "true")
        .doesNotContainKey("interceptor.classes");
  }

  @Test
  void otherChannelsAreLeftAlone() {
    Map<String, Object> properties = of("a", "b");
    assertThat(clients.customize("another", CONFIG, properties)).isSameAs(properties);
  }

  private static Map<String, Object> of(String... pairs) {
    var properties = new HashMap<String, Object>();
    for (int i = 0; i < pairs.length; i += 2) {
      properties.put(pairs[i], pairs[i + 1]);
    }
    return properties;
  }
}

package dev.headroom.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaException;
import org.junit.jupiter.api.Test;

/// What users set overrides tuning; what correctness needs overrides users.
class KafkaClientsTest {

  private final KafkaClients clients =
      new KafkaClients(
          Map.of(
              "bootstrap.servers", "127.0.0.1:1",
              "max.poll.records", "7",
              "enable.auto.commit", "true",
              "isolation.level", "read_uncommitted",
              "auto.offset.reset", "latest",
              "session.timeout.ms", "1",
              "enable.idempotence", "false",
              "acks", "0",
              "linger.ms", "3",
              "transactional.id", "mine"));

  @Test
  void aConsumersTuningIsTheUsersAndItsCorrectnessIsNot() {
    // When
    Map<String, Object> properties =
        clients.groupMemberProperties("the group", Duration.ofSeconds(8));

    // Then
    assertThat(properties)
        .containsEntry(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, "127.0.0.1:1")
        .containsEntry(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, "7")
        .containsEntry(ConsumerConfig.GROUP_ID_CONFIG, "the group")
        .containsEntry(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, 8000)
        .containsEntry(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, 2000)
        .containsEntry(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false)
        .containsEntry(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest")
        .containsEntry(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_uncommitted");
    assertThat(String.valueOf(properties.get("partition.assignment.strategy")))
        .contains("CooperativeSticky");
  }

  @Test
  void whatMonitorsWriteCountsOnceItIsCommittedAndWhatJobsAndAgentsSayAtOnce() {
    assertThat(clients.compactedReaderProperties())
        .containsEntry(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    assertThat(clients.channelConsumerProperties(Map.of(), new AtomicLong()))
        .containsEntry(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_uncommitted");
  }

  @Test
  void aProducersTuningIsTheUsersAndItsCorrectnessIsNot() {
    // When
    Map<String, Object> properties = clients.transactionalProperties();

    // Then
    assertThat(properties)
        .containsEntry(ProducerConfig.LINGER_MS_CONFIG, "3")
        .containsEntry(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true)
        .containsEntry(ProducerConfig.ACKS_CONFIG, "all");
    assertThat(properties.get("transactional.id")).isNotEqualTo("mine");
    assertThat(new KafkaClients(Map.of()).transactionalProperties().get("transactional.id"))
        .as("each replica's own")
        .isNotEqualTo(properties.get("transactional.id"));
  }

  @Test
  void aChannelsPropertiesOverrideTheTuning() {
    assertThat(clients.channelConsumerProperties(Map.of("fetch.max.wait.ms", 9), new AtomicLong()))
        .containsEntry(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 9)
        .containsEntry(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, "7");
    assertThat(clients.channelProducerProperties(Map.of("compression.type", "zstd")))
        .containsEntry(ProducerConfig.COMPRESSION_TYPE_CONFIG, "zstd")
        .containsEntry(ProducerConfig.LINGER_MS_CONFIG, "3")
        .containsEntry(ProducerConfig.ACKS_CONFIG, "all");
  }

  @Test
  void saysWhichBrokersItAsks() {
    assertThat(clients.brokers()).isEqualTo("127.0.0.1:1");
    assertThat(new KafkaClients(Map.of()).brokers()).isEmpty();
  }

  /// Kafka's clients check their properties when they are made; nobody has to answer them.
  @Test
  void makesClientsOfThoseBrokers() {
    try (var admin = clients.admin();
        var compacted = clients.compactedReader();
        var member = clients.groupMember("the group", Duration.ofSeconds(8));
        var transactional = clients.transactional();
        var producer = new KafkaClients(Map.of("bootstrap.servers", "127.0.0.1:1")).producer()) {
      assertThat(admin).isNotNull();
      assertThat(compacted.assignment()).isEmpty();
      assertThat(member.groupMetadata().groupId()).isEqualTo("the group");
      assertThat(transactional).isNotNull();
      assertThat(producer).isNotNull();
      admin.close(Duration.ZERO);
      member.close(CloseOptions.timeout(Duration.ZERO));
      transactional.close(Duration.ZERO);
      producer.close(Duration.ZERO);
    }
    assertThatThrownBy(() -> new KafkaClients(Map.of()).admin()).isInstanceOf(KafkaException.class);
  }
}

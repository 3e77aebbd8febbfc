package dev.headroom.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.wire.Topics;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.Test;

/// Each topic is created with what its readers rely on.
class TopicDefinitionsTest {

  private final Map<String, NewTopic> topics =
      byName(Map.of("sample-partitions", "24", "other-partitions", "5", "sample-retention", "2h"));

  @Test
  void everyTopicIsThere() {
    assertThat(topics)
        .containsOnlyKeys(
            Topics.LAYER_CONFIGS,
            Topics.MEMORY_SAMPLES,
            Topics.DEVICE_SAMPLES,
            Topics.JOB_SUMMARIES,
            Topics.DEAD_LETTERS);
  }

  @Test
  void whatEveryReplicaReadsFromTheBeginningIsCompacted() {
    for (String topic :
        new String[] {Topics.LAYER_CONFIGS, Topics.DEVICE_SAMPLES, Topics.JOB_SUMMARIES}) {
      assertThat(config(topic, "cleanup.policy")).as(topic).startsWith("compact");
      assertThat(topic(topic).numPartitions()).isEqualTo(5);
    }
    assertThat(config(Topics.LAYER_CONFIGS, "cleanup.policy")).isEqualTo("compact,delete");
    assertThat(config(Topics.JOB_SUMMARIES, "cleanup.policy")).isEqualTo("compact,delete");
    assertThat(config(Topics.JOB_SUMMARIES, "retention.ms")).isEqualTo("31536000000");
  }

  @Test
  void samplesAndDeadLettersAreDeleted() {
    assertThat(config(Topics.MEMORY_SAMPLES, "cleanup.policy")).isEqualTo("delete");
    assertThat(config(Topics.MEMORY_SAMPLES, "retention.ms")).isEqualTo("7200000");
    assertThat(topic(Topics.MEMORY_SAMPLES).numPartitions()).isEqualTo(24);
    assertThat(config(Topics.DEAD_LETTERS, "retention.bytes")).isEqualTo("1073741824");
  }

  @Test
  void theLargestMessagesFit() {
    for (String topic : new String[] {Topics.LAYER_CONFIGS, Topics.JOB_SUMMARIES}) {
      assertThat(Integer.parseInt(config(topic, "max.message.bytes")))
          .as(topic)
          .isGreaterThan(8 * 1024 * 1024);
    }
  }

  @Test
  void theBrokersDefaultOfReplicasIsLeftAloneUnlessSet() {
    assertThat(topic(Topics.MEMORY_SAMPLES).replicationFactor()).isEqualTo((short) -1);
    Map<String, NewTopic> replicated = byName(Map.of("replication-factor", "3"));
    assertThat(replicated.values())
        .allSatisfy(topic -> assertThat(topic.replicationFactor()).isEqualTo((short) 3));
  }

  private static Map<String, NewTopic> byName(Map<String, String> settings) {
    return TopicDefinitions.of(IngestReplica.settings(settings)).stream()
        .collect(Collectors.toMap(NewTopic::name, Function.identity()));
  }

  private NewTopic topic(String name) {
    return Objects.requireNonNull(topics.get(name));
  }

  private String config(String topic, String name) {
    return topic(topic).configs().getOrDefault(name, "");
  }
}

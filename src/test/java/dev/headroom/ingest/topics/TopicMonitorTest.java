package dev.headroom.ingest.topics;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.headroom.ingest.topics.TopicView.TopicLayout;
import dev.headroom.status.IngestStatus;
import dev.headroom.wire.Topics;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.GroupState;
import org.apache.kafka.common.KafkaException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// The topics of a broker that is a map, every two seconds.
class TopicMonitorTest {

  private final IngestStatus status = new IngestStatus();
  private final ScriptedAdmin broker = new ScriptedAdmin();
  private final TopicMonitor monitor =
      new TopicMonitor(
          broker,
          "broker:9092",
          List.of(
              new NewTopic(Topics.MEMORY_SAMPLES, 3, (short) 1),
              new NewTopic(Topics.LAYER_CONFIGS, 2, (short) 1)),
          new GroupMonitor("g", status),
          status);

  @AfterEach
  void close() {
    monitor.close();
  }

  @Test
  void whatIsMissingIsCreatedAndKnownAtOnce() {
    // Given
    broker.create(Topics.LAYER_CONFIGS, 7);
    broker.group = GroupState.STABLE;
    byte[] key = "resnet50-7f3a".getBytes(US_ASCII);
    assertThat(monitor.samplePartition(key)).isZero();
    assertThat(monitor.layout(Topics.LAYER_CONFIGS)).isEmpty();

    // When
    monitor.start();
    until(() -> monitor.layout(Topics.MEMORY_SAMPLES).isPresent());

    // Then
    assertThat(monitor.layout(Topics.LAYER_CONFIGS).map(TopicLayout::partitions)).contains(7);
    assertThat(monitor.layout(Topics.MEMORY_SAMPLES).map(TopicLayout::partitions)).contains(3);
    until(() -> status.notReadyReason().isEmpty());
    assertThat(monitor.samplePartition(key)).isEqualTo(KeyPartitioner.of(key, 3));
    assertThat(monitor.endOffsets(Topics.MEMORY_SAMPLES))
        .isEqualTo(Map.of(0, 100L, 1, 101L, 2, 102L));
  }

  @Test
  void aTopicThatAnotherReplicaCreatedFirstIsNoTrouble() {
    broker.isRaced = true;
    broker.group = GroupState.STABLE;
    monitor.start();
    until(() -> monitor.layout(Topics.MEMORY_SAMPLES).isPresent());
    until(() -> status.notReadyReason().isEmpty());
  }

  @Test
  void aTopicThatWasMadeAnewHasAnotherId() {
    // Given
    monitor.start();
    until(() -> monitor.layout(Topics.MEMORY_SAMPLES).isPresent());
    TopicLayout before = monitor.layout(Topics.MEMORY_SAMPLES).orElseThrow();

    // When
    broker.create(Topics.MEMORY_SAMPLES, 5);

    // Then
    until(() -> !monitor.layout(Topics.MEMORY_SAMPLES).orElse(before).equals(before));
    assertThat(monitor.layout(Topics.MEMORY_SAMPLES).map(TopicLayout::partitions)).contains(5);
  }

  @Test
  void aBrokerThatIsAwayIsAReasonUntilItIsBack() {
    // Given
    broker.isAway = true;
    broker.group = GroupState.STABLE;
    monitor.start();
    assertThat(status.notReadyReason()).isPresent();

    // When
    until(() -> status.notReadyReason().orElse("").contains("no node answered"));
    assertThat(status.notReadyReason().orElse("")).contains("broker:9092", "cannot be reached");
    assertThatThrownBy(() -> monitor.endOffsets(Topics.MEMORY_SAMPLES))
        .isInstanceOf(KafkaException.class)
        .hasMessageContaining("nothing is known of the topic");
    broker.isAway = false;

    // Then
    until(() -> monitor.layout(Topics.MEMORY_SAMPLES).isPresent());
    until(() -> status.notReadyReason().isEmpty());
    broker.isAway = true;
    assertThatThrownBy(() -> monitor.endOffsets(Topics.MEMORY_SAMPLES))
        .isInstanceOf(KafkaException.class)
        .hasMessage("the ends of " + Topics.MEMORY_SAMPLES + " are not known");
  }

  @Test
  void aGroupThatSharesNothingOutIsAReason() {
    monitor.start();
    until(() -> status.notReadyReason().orElse("").contains("the group g"));
  }

  private static void until(BooleanSupplier condition) {
    await()
        .pollInterval(Duration.ofMillis(20))
        .atMost(Duration.ofSeconds(30))
        .until(condition::getAsBoolean);
  }
}

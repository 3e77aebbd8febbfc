package dev.headroom.agent.publish;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.headroom.broker.KafkaBroker;
import dev.headroom.ledger.event.DeviceRemoved;
import dev.headroom.wire.Topics;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A broker that comes late, and is away for a minute of a node with 72 records a second. The
/// minute is compressed: its records come within a second.
class MessagePublisherBrokerTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(60);
  private static final int FASTER = 100;
  private static final int A_SECOND = 72;
  private static final int BUFFER = 500;

  @TempDir Path folder;
  private final MessageOutbox outbox = new MessageOutbox(BUFFER);
  private int added;
  private int mostWaiting;

  @Test
  void theNewestReachABrokerThatWasAwayForAMinuteAndTheRestIsCounted() throws Exception {
    // Given
    try (KafkaBroker broker = KafkaBroker.in(Path.of("target/broker/lib"), folder, 0);
        MessagePublisher publisher = new MessagePublisher(outbox, settings(broker))) {
      publisher.start();
      add(publisher, 60);
      int beforeItCame = added;

      // When it comes
      assertThat(publisher.problem()).isPresent();
      broker.start();
      createTopic(broker);
      awaitDelivered(publisher);

      // Then it has what the buffer held, the newest
      assertThat(publisher.problem()).isEmpty();
      assertThat(publisher.sent()).isEqualTo(BUFFER);
      assertThat(outbox.dropped()).isEqualTo(beforeItCame - BUFFER);

      // When it is away for a minute and comes back
      broker.kill();
      add(publisher, 60);
      int atItsReturn = added;
      assertThat(outbox.size()).isEqualTo(BUFFER);
      broker.start();
      awaitDelivered(publisher);
      add(publisher, 1);
      awaitDelivered(publisher);

      // Then it has the newest, and of the others it is known how many
      assertThat(mostWaiting).isLessThanOrEqualTo(BUFFER + MessagePublisher.MAX_IN_FLIGHT);
      assertThat(outbox.dropped())
          .isGreaterThanOrEqualTo(atItsReturn - 2L * BUFFER - MessagePublisher.MAX_IN_FLIGHT);
      assertThat(publisher.sent() + publisher.failed() + outbox.dropped()).isEqualTo(added);
      assertThat(received(broker))
          .doesNotHaveDuplicates()
          .hasSize((int) publisher.sent())
          .containsAll(numbers(beforeItCame - BUFFER, beforeItCame))
          .containsAll(numbers(atItsReturn - BUFFER, added));
      whatIsTooOldIsCountedAndMakesRoom(broker);
    }
  }

  /// The producer holds a record for 30 seconds; here for half a second.
  private static void whatIsTooOldIsCountedAndMakesRoom(KafkaBroker broker)
      throws IOException, InterruptedException {
    var waiting = new MessageOutbox(BUFFER);
    Map<String, String> settings = new HashMap<>(settings(broker));
    settings.put("delivery.timeout.ms", "500");
    settings.put("request.timeout.ms", "400");
    try (MessagePublisher publisher = new MessagePublisher(waiting, settings)) {
      publisher.start();
      while (publisher.sent() == 0) {
        waiting.add(List.of(new AgentMessage.DeviceGone(new DeviceRemoved("GPU-last"))));
        await().atMost(TIMEOUT).until(() -> waiting.size() == 0 && publisher.inFlight() == 0);
      }
      long failed = publisher.failed();

      // When
      broker.freeze();
      waiting.add(List.of(new AgentMessage.DeviceGone(new DeviceRemoved("GPU-lost"))));

      // Then
      await().atMost(TIMEOUT).until(() -> publisher.failed() == failed + 1);
      assertThat(publisher.inFlight()).isZero();
    } finally {
      broker.thaw();
    }
  }

  /// Adds what so many seconds bring, in a hundredth of them.
  private void add(MessagePublisher publisher, int seconds) {
    long start = System.nanoTime();
    for (int second = 0; second < seconds; second++) {
      var messages = new ArrayList<AgentMessage>();
      for (int i = 0; i < A_SECOND; i++) {
        messages.add(new AgentMessage.DeviceGone(new DeviceRemoved("GPU-" + added++)));
      }
      outbox.add(messages);
      mostWaiting = Math.max(mostWaiting, outbox.size() + publisher.inFlight());
      long due = start + TimeUnit.SECONDS.toNanos(second + 1) / FASTER;
      while (System.nanoTime() < due) {
        LockSupport.parkNanos(due - System.nanoTime());
      }
    }
  }

  private void awaitDelivered(MessagePublisher publisher) {
    await()
        .atMost(TIMEOUT)
        .pollInterval(Duration.ofMillis(50))
        .until(() -> outbox.size() == 0 && publisher.inFlight() == 0);
  }

  private static Map<String, String> settings(KafkaBroker broker) {
    return Map.of(
        "bootstrap.servers", broker.address(),
        "max.block.ms", "50",
        "metadata.max.age.ms", "500",
        "reconnect.backoff.max.ms", "100");
  }

  private static void createTopic(KafkaBroker broker) throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.address()))) {
      admin
          .createTopics(List.of(new NewTopic(Topics.DEVICE_SAMPLES, 1, (short) 1)))
          .all()
          .get(30, TimeUnit.SECONDS);
    }
  }

  private static List<Integer> received(KafkaBroker broker) {
    var received = new ArrayList<Integer>();
    var partition = new TopicPartition(Topics.DEVICE_SAMPLES, 0);
    try (var consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", broker.address(), "auto.offset.reset", "earliest"),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      consumer.assign(List.of(partition));
      long end = consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
      while (consumer.position(partition) < end) {
        consumer
            .poll(Duration.ofMillis(200))
            .forEach(
                record ->
                    received.add(
                        Integer.parseInt(
                            new String(record.key(), UTF_8).substring("GPU-".length()))));
      }
    }
    return received;
  }

  private static List<Integer> numbers(int from, int to) {
    return java.util.stream.IntStream.range(from, to).boxed().toList();
  }
}

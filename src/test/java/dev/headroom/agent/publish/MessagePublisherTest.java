package dev.headroom.agent.publish;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.headroom.ledger.event.DeviceRemoved;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// With Kafka's own stand-in for its producer, which answers when the test says so.
class MessagePublisherTest {

  private final MessageOutbox outbox = new MessageOutbox(2 * MessagePublisher.MAX_IN_FLIGHT);
  private final Answering kafka = new Answering();
  private final MessagePublisher publisher = new MessagePublisher(outbox, kafka);

  /// As Kafka's producer does, it tells the thread that sends where it could not even take a
  /// record.
  private static final class Answering extends MockProducer<byte[], byte[]> {

    volatile boolean knowsTheTopic = true;

    Answering() {
      super(false, null, new ByteArraySerializer(), new ByteArraySerializer());
    }

    @Override
    public synchronized Future<RecordMetadata> send(
        ProducerRecord<byte[], byte[]> record, Callback told) {
      if (knowsTheTopic) {
        return super.send(record, told);
      }
      var why = new TimeoutException("the topic is not known");
      told.onCompletion(null, why);
      return CompletableFuture.failedFuture(why);
    }
  }

  @AfterEach
  void close() {
    publisher.close();
  }

  @Test
  void aMessageCountsOnceTheBrokerHasIt() {
    // Given
    publisher.start();
    add(0, 3);
    until(() -> publisher.inFlight() == 3);
    assertThat(publisher.sent()).isZero();

    // When
    kafka.completeNext();
    kafka.completeNext();

    // Then
    assertThat(publisher.sent()).isEqualTo(2);
    assertThat(publisher.inFlight()).isEqualTo(1);
    assertThat(publisher.problem()).isEmpty();
    assertThat(kafka.history())
        .extracting(record -> new String(record.key(), UTF_8))
        .containsExactly("GPU-0", "GPU-1", "GPU-2");
  }

  @Test
  void whatTheBrokerDidNotTakeIsCountedWithItsReasonUntilItTakesOne() {
    // Given
    publisher.start();
    add(0, 2);
    until(() -> publisher.inFlight() == 2);

    // When
    kafka.errorNext(new TimeoutException("nobody answered"));

    // Then
    assertThat(publisher.failed()).isEqualTo(1);
    assertThat(publisher.inFlight()).isEqualTo(1);
    assertThat(publisher.problem()).contains("nobody answered");
    assertThat(publisher.sent()).isZero();
    kafka.completeNext();
    assertThat(publisher.problem()).isEmpty();
    assertThat(publisher.failed()).isEqualTo(1);
  }

  @Test
  void whatTheProducerCouldNotTakeWaitsAndIsNotLost() {
    // Given
    kafka.knowsTheTopic = false;
    publisher.start();
    add(0, 2);

    // When
    until(() -> publisher.problem().isPresent());
    assertThat(publisher.problem()).contains("the topic is not known");
    kafka.knowsTheTopic = true;

    // Then each is sent once, in order
    until(() -> publisher.inFlight() == 2);
    assertThat(publisher.failed()).isZero();
    assertThat(outbox.dropped()).isZero();
    assertThat(kafka.history())
        .extracting(record -> new String(record.key(), UTF_8))
        .containsExactly("GPU-0", "GPU-1");
  }

  @Test
  void noMoreThanABoundIsUnderWay() {
    // Given
    publisher.start();
    add(0, MessagePublisher.MAX_IN_FLIGHT + 5);
    until(() -> publisher.inFlight() == MessagePublisher.MAX_IN_FLIGHT);

    // Then the others wait
    await()
        .during(Duration.ofMillis(500))
        .until(() -> kafka.history().size() == MessagePublisher.MAX_IN_FLIGHT);

    // When there is room
    kafka.completeNext();

    // Then
    until(() -> kafka.history().size() == MessagePublisher.MAX_IN_FLIGHT + 1);

    // When it stops, and the broker answers nothing
    publisher.close();

    // Then it does not wait for room any longer
    until(() -> !isRunning());
    assertThat(kafka.closed()).isTrue();
  }

  @Test
  void whatWaitsIsSentBeforeItStops() {
    // Given
    publisher.start();
    add(0, 100);

    // When
    publisher.close();

    // Then
    assertThat(kafka.history()).hasSize(100);
    assertThat(kafka.closed()).isTrue();
    assertThat(isRunning()).isFalse();
  }

  @Test
  void itStopsWhereNothingIsTaken() {
    // Given
    kafka.knowsTheTopic = false;
    publisher.start();
    add(0, 1);
    until(() -> publisher.problem().isPresent());

    // When
    publisher.close();

    // Then
    assertThat(isRunning()).isFalse();
    assertThat(outbox.size()).isEqualTo(1);
    assertThat(kafka.closed()).isTrue();
  }

  @Test
  void settingsOverrideTheTuningButNotThatAMessageIsThereOnce() {
    assertThat(
            MessagePublisher.properties(
                Map.of(
                    "bootstrap.servers", "broker:9093",
                    "linger.ms", "5",
                    "acks", "0",
                    "enable.idempotence", "false")))
        .containsEntry("bootstrap.servers", "broker:9093")
        .containsEntry("linger.ms", "5")
        .containsEntry("compression.type", "lz4")
        .containsEntry("acks", "all")
        .containsEntry("enable.idempotence", "true");
  }

  @Test
  void itsThreadDoesNotKeepTheAgentAlive() {
    publisher.start();
    assertThat(threads()).singleElement().matches(Thread::isDaemon);
  }

  private void add(int from, int to) {
    outbox.add(
        IntStream.range(from, to)
            .mapToObj(i -> new AgentMessage.DeviceGone(new DeviceRemoved("GPU-" + i)))
            .toList());
  }

  private static boolean isRunning() {
    return !threads().isEmpty();
  }

  private static List<Thread> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals("headroom-agent-publisher"))
        .toList();
  }

  private static void until(BooleanSupplier condition) {
    await().atMost(Duration.ofSeconds(20)).until(condition::getAsBoolean);
  }
}

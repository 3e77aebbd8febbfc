package dev.headroom.ingest.batch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.status.IngestStatus;
import dev.headroom.wire.Topics;
import java.time.Duration;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What a dead letter says, what is withheld and counted, and what a checkpoint waits for.
class DeadLettersTest {

  private static final Duration SOON = Duration.ofMillis(20);

  private final IngestStatus status = new IngestStatus();
  private final MockProducer<byte[], byte[]> producer =
      new MockProducer<>(false, null, new ByteArraySerializer(), new ByteArraySerializer());

  @Test
  void aLetterHasTheRecordTheReasonAndWhereItCameFrom() {
    // When
    letters(10, 1_000_000).send(record("key", "{"), "not JSON");

    // Then
    ProducerRecord<byte[], byte[]> letter = producer.history().getFirst();
    assertThat(letter.topic()).isEqualTo(Topics.DEAD_LETTERS);
    assertThat(letter.key()).isEqualTo("key".getBytes(UTF_8));
    assertThat(letter.value()).isEqualTo("{".getBytes(UTF_8));
    assertThat(header(letter, "headroom-reason")).isEqualTo("not JSON");
    assertThat(header(letter, "headroom-topic")).isEqualTo("from");
    assertThat(header(letter, "headroom-partition")).isEqualTo("3");
    assertThat(header(letter, "headroom-offset")).isEqualTo("17");
    assertThat(header(letter, "its own")).isEqualTo("header");
  }

  @Test
  void whatIsLargeIsCut() {
    // When
    letters(10, 1_000_000).send(record("k".repeat(2000), "v".repeat(100_000)), "too large");

    // Then
    ProducerRecord<byte[], byte[]> letter = producer.history().getFirst();
    assertThat(letter.key()).hasSize(1024);
    assertThat(letter.value()).hasSize(64 * 1024);
  }

  @Test
  void lettersBeyondTheRateAreWithheldAndCounted() {
    // Given
    DeadLetters letters = letters(2, 1_000_000);

    // When
    for (int i = 0; i < 5; i++) {
      letters.send(record("key", "value"), "reason");
    }
    producer.flush();

    // Then
    assertThat(producer.history()).hasSize(2);
    assertThat(status.forwardedDeadLetters()).isEqualTo(2);
    assertThat(status.withheldDeadLetters()).isEqualTo(3);
  }

  @Test
  void bytesAreBoundedAsWell() {
    // Given
    DeadLetters letters = letters(10, 1500);

    // When
    letters.send(record("key", "v".repeat(1000)), "reason");
    letters.send(record("key", "v".repeat(1000)), "reason");

    // Then
    assertThat(producer.history()).hasSize(1);
    assertThat(status.withheldDeadLetters()).isEqualTo(1);
  }

  /// A key of 3 and a value of 5 bytes, and 88 bytes of five headers with their names.
  @ParameterizedTest
  @CsvSource({"96, 1", "95, 0"})
  void keysValuesAndHeadersCount(int bytes, int sent) {
    letters(10, bytes).send(record("key", "value"), "reason");
    assertThat(producer.history()).hasSize(sent);
    assertThat(status.withheldDeadLetters()).isEqualTo(1 - sent);
  }

  /// The record's own headers are kept up to 16 KiB, names counted.
  @ParameterizedTest
  @CsvSource({"0, true", "1, false"})
  void headersAreKeptUpToABound(int more, boolean isKept) {
    // Given 13 bytes of a header that every record here has
    ConsumerRecord<byte[], byte[]> record = record("key", "value");
    record.headers().add("next", new byte[16_384 - 13 - 4 + more]);
    // When
    letters(10, 1_000_000).send(record, "reason");
    // Then
    ProducerRecord<byte[], byte[]> letter = producer.history().getFirst();
    assertThat(letter.headers().lastHeader("next") != null).isEqualTo(isKept);
    assertThat(header(letter, "its own")).isEqualTo("header");
    assertThat(header(letter, "headroom-reason")).isEqualTo("reason");
  }

  @Test
  void aLetterThatFailsIsWithheldAndStopsNothing() {
    // Given
    DeadLetters letters = letters(10, 1_000_000);

    // When one fails later, and one at once
    letters.send(record("key", "value"), "reason");
    producer.errorNext(new IllegalStateException("the broker is away"));
    producer.sendException = new KafkaException("no room");
    letters.send(record("key", "value"), "reason");

    // Then
    assertThat(status.withheldDeadLetters()).isEqualTo(2);
    assertThat(status.forwardedDeadLetters()).isZero();
  }

  @Test
  void whatWasSentIsWaitedForAndNothingSince() throws Exception {
    // Given
    DeadLetters letters = letters(10, 1_000_000);
    letters.send(record("first", "value"), "reason");
    SentLetters first = letters.sent();
    letters.send(record("second", "value"), "reason");
    SentLetters both = letters.sent();
    letters.send(record("third", "value"), "reason");

    // When nothing has arrived
    assertThat(first.await(SOON)).isFalse();
    assertThat(both.await(SOON)).isFalse();

    // Then each waits for its own and for those before
    producer.completeNext();
    assertThat(first.await(SOON)).isTrue();
    assertThat(both.await(SOON)).isFalse();
    producer.completeNext();
    assertThat(both.await(SOON)).isTrue();
    assertThat(letters.sent().await(SOON)).isFalse();
    producer.completeNext();
    assertThat(letters.sent().await(SOON)).isTrue();
  }

  @Test
  void laterLettersDoNotHideEarlierOnes() throws Exception {
    // Given one that has not arrived, and two moments since
    DeadLetters letters = letters(10, 1_000_000);
    letters.send(record("first", "value"), "reason");
    var _ = letters.sent();
    var _ = letters.sent();

    // When, then
    assertThat(letters.sent().await(SOON)).isFalse();
    producer.completeNext();
    assertThat(letters.sent().await(SOON)).isTrue();
  }

  private DeadLetters letters(int records, int bytes) {
    return new DeadLetters(
        (letter, told) -> {
          var _ = producer.send(letter, told);
        },
        status,
        new TokenBucket(records, 1, () -> 0),
        new TokenBucket(bytes, 1, () -> 0));
  }

  private static ConsumerRecord<byte[], byte[]> record(String key, String value) {
    var headers = new RecordHeaders();
    headers.add("its own", "header".getBytes(UTF_8));
    return new ConsumerRecord<>(
        "from",
        3,
        17,
        0,
        TimestampType.CREATE_TIME,
        key.length(),
        value.length(),
        key.getBytes(UTF_8),
        value.getBytes(UTF_8),
        headers,
        Optional.empty());
  }

  private static String header(ProducerRecord<byte[], byte[]> letter, String name) {
    return new String(letter.headers().lastHeader(name).value(), UTF_8);
  }
}

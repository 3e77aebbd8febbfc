package dev.headroom.ingest.samples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.ingest.batch.DeadLetters;
import dev.headroom.ingest.batch.TokenBucket;
import dev.headroom.ingest.ownership.OwnershipCommand.WriteCheckpoint;
import dev.headroom.ingest.ownership.PartitionState.Owned;
import dev.headroom.ledger.SnapshotBuilder;
import dev.headroom.ledger.event.MemorySampled;
import dev.headroom.ledger.state.JobState;
import dev.headroom.memory.MemorySize;
import dev.headroom.status.IngestStatus;
import dev.headroom.wire.Topics;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// One transaction after another, with Kafka's own stand-in for the producer.
class SummaryWriterTest {

  private static final ConsumerGroupMetadata GROUP = new ConsumerGroupMetadata("g");

  private final IngestStatus status = new IngestStatus();
  private final ArrayDeque<MockProducer<byte[], byte[]>> producers = new ArrayDeque<>();
  private final SummaryWriter writer = new SummaryWriter(producers::remove, status);

  @AfterEach
  void close() {
    writer.close();
  }

  @Test
  void summariesAndOffsetsAreOneTransaction() throws Exception {
    // Given
    MockProducer<byte[], byte[]> producer = fresh();
    status.recordProblem("checkpoint", "of the last time");

    // When
    boolean isWritten =
        get(
            writer.write(
                batch(List.of(job("changed", 1)), List.of(job("ended", 2)), Set.of("forgotten"))));

    // Then
    assertThat(isWritten).isTrue();
    assertThat(producer.commitCount()).isEqualTo(1);
    assertThat(producer.history())
        .extracting(ProducerRecord::topic)
        .containsOnly(Topics.JOB_SUMMARIES);
    assertThat(producer.history())
        .extracting(record -> new String(record.key(), UTF_8))
        .containsExactly("ended", "changed", "forgotten");
    assertThat(value(producer, 1)).contains("\"changed\"").contains("\"id\"").contains("15");
    assertThat(value(producer, 2)).isNull();
    assertThat(producer.consumerGroupOffsetsHistory())
        .containsExactly(
            Map.of(
                "g",
                Map.of(
                    new TopicPartition(Topics.MEMORY_SAMPLES, 0),
                    new OffsetAndMetadata(10, "id"))));
    assertThat(status.notReadyReason()).isEmpty();
  }

  @Test
  void theProducerIsKeptWhileAllGoesWell() throws Exception {
    MockProducer<byte[], byte[]> producer = fresh();
    try (var own = new SummaryWriter(producers::remove, status)) {
      assertThat(get(own.write(batch(List.of(job("a", 1)), List.of(), Set.of())))).isTrue();
      assertThat(get(own.write(batch(List.of(job("a", 1)), List.of(), Set.of())))).isTrue();
      assertThat(producer.commitCount()).isEqualTo(2);
      assertThat(producer.closed()).isFalse();
    }
    assertThat(producer.closed()).isTrue();
  }

  @Test
  void oneThatFailedIsEndedAndReplaced() throws Exception {
    // Given
    MockProducer<byte[], byte[]> failing = fresh();
    failing.commitTransactionException = new KafkaException("the broker is away");
    MockProducer<byte[], byte[]> next = fresh();

    // When, then
    assertThat(get(writer.write(batch(List.of(job("a", 1)), List.of(), Set.of())))).isFalse();
    assertThat(status.notReadyReason())
        .contains("what is known cannot be written to Kafka: the broker is away");
    assertThat(failing.transactionAborted()).isTrue();
    assertThat(failing.closed()).isTrue();
    assertThat(get(writer.write(batch(List.of(job("a", 1)), List.of(), Set.of())))).isTrue();
    assertThat(next.commitCount()).isEqualTo(1);
    assertThat(status.notReadyReason()).isEmpty();
  }

  @Test
  void oneThatWasFencedIsOnlyClosed() throws Exception {
    MockProducer<byte[], byte[]> fenced = fresh();
    fenced.sendOffsetsToTransactionException = new ProducerFencedException("replaced");
    assertThat(get(writer.write(batch(List.of(job("a", 1)), List.of(), Set.of())))).isFalse();
    assertThat(fenced.transactionAborted()).isFalse();
    assertThat(fenced.closed()).isTrue();
  }

  @Test
  void nothingToWriteIsWritten() throws Exception {
    status.recordProblem("checkpoint", "of the last time");
    assertThat(get(writer.nothing())).isTrue();
    assertThat(status.notReadyReason()).isEmpty();
  }

  @Test
  void aSummaryThatTheTopicDoesNotTakeIsRememberedUntilItsJobGoes() throws Exception {
    // Given
    producers.add(new Refusing("large"));
    JobState large = job("large", 0);
    JobState other = job("other", 3);
    producers.add(new Refusing("other"));

    // When
    var _ = get(writer.write(batch(List.of(large), List.of(), Set.of())));
    assertThat(writer.isTooLarge(large)).isTrue();
    assertThat(writer.isTooLarge(other)).isFalse();

    // Then
    assertThat(writer.forget("large")).isTrue();
    assertThat(writer.forget("large")).isFalse();
    assertThat(writer.isTooLarge(large)).isFalse();

    // When partitions go
    var _ = get(writer.write(batch(List.of(other), List.of(), Set.of())));
    writer.forgetAll(Set.of(0));
    assertThat(writer.isTooLarge(other)).isTrue();
    writer.forgetAll(Set.of(3));
    assertThat(writer.isTooLarge(other)).isFalse();
  }

  /// A producer that finds the record of one job too large, and so its transaction void.
  private static final class Refusing extends MockProducer<byte[], byte[]> {

    private final String job;

    private Refusing(String job) {
      super(true, null, new ByteArraySerializer(), new ByteArraySerializer());
      this.job = job;
    }

    @Override
    public synchronized Future<RecordMetadata> send(
        ProducerRecord<byte[], byte[]> sent, @Nullable Callback callback) {
      if (callback != null && new String(sent.key(), UTF_8).equals(job)) {
        callback.onCompletion(null, new RecordTooLargeException("too large"));
        commitTransactionException = new KafkaException("a record failed");
      }
      return super.send(sent, callback);
    }
  }

  private MockProducer<byte[], byte[]> fresh() {
    var producer =
        new MockProducer<byte[], byte[]>(
            true, null, new ByteArraySerializer(), new ByteArraySerializer());
    producers.add(producer);
    return producer;
  }

  private static boolean get(Future<Boolean> result) throws Exception {
    return result.get(5, TimeUnit.SECONDS);
  }

  private static @Nullable String value(MockProducer<byte[], byte[]> producer, int index) {
    byte[] value = producer.history().get(index).value();
    return value == null ? null : new String(value, UTF_8);
  }

  private static SummaryBatch batch(
      List<JobState> changed, List<JobState> ended, Set<String> forgotten) {
    var bucket = new TokenBucket(1, 1, () -> 0);
    return new SummaryBatch(
        changed,
        ended,
        forgotten,
        Instant.parse("2026-11-23T21:10:00Z"),
        new WriteCheckpoint("id", Map.of(0, new Owned(10, Map.of("changed", 15L))), false),
        GROUP,
        new DeadLetters((_, _) -> {}, new IngestStatus(), bucket, bucket).sent());
  }

  /// A job of a partition; that which changed is of partition 0.
  private static JobState job(String name, int partition) {
    var ledger =
        new SnapshotBuilder()
            .with(
                new MemorySampled(
                    SnapshotBuilder.sample(name, "GPU-1", 1).reserved(new MemorySize(1)).build()),
                name.equals("changed") ? 0 : partition,
                1);
    return Objects.requireNonNull(ledger.snapshot().jobs().get(name));
  }
}

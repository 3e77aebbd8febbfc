package dev.headroom.ingest.samples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.ingest.batch.DeadLetters;
import dev.headroom.ingest.batch.TokenBucket;
import dev.headroom.ingest.ownership.OwnershipCommand.WriteCheckpoint;
import dev.headroom.ingest.ownership.PartitionState.Owned;
import dev.headroom.ledger.Arrival;
import dev.headroom.ledger.Ledger;
import dev.headroom.ledger.LedgerLimits;
import dev.headroom.ledger.Snapshot;
import dev.headroom.ledger.event.JobEvent;
import dev.headroom.ledger.event.JobSummarized;
import dev.headroom.ledger.event.MemorySampled;
import dev.headroom.ledger.state.JobState;
import dev.headroom.ledger.state.SampleOffset;
import dev.headroom.memory.MemorySize;
import dev.headroom.sample.MemorySample;
import dev.headroom.status.IngestStatus;
import dev.headroom.wire.Decoded;
import dev.headroom.wire.Topics;
import dev.headroom.wire.jobsummary.JobSummaryDecoder;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What a checkpoint writes, while samples go on and producers are slow or fail.
class SummaryCheckpointTest {

  private static final Instant NOW = Instant.parse("2026-11-01T12:00:00Z");
  private static final ConsumerGroupMetadata GROUP = new ConsumerGroupMetadata("g");
  private static final TopicPartition SAMPLES = new TopicPartition(Topics.MEMORY_SAMPLES, 0);

  private final IngestStatus status = new IngestStatus();
  private final AtomicLong nanos = new AtomicLong();
  private final ArrayDeque<MockProducer<byte[], byte[]>> producers = new ArrayDeque<>();
  private final List<MockProducer<byte[], byte[]>> used = new ArrayList<>();
  private final CountDownLatch slow = new CountDownLatch(1);
  private final SummaryCheckpoint checkpoint =
      new SummaryCheckpoint(
          this::producer,
          new DeadLetters((_, _) -> {}, status, bucket(), bucket()),
          status,
          Duration.ofSeconds(10),
          nanos::get);
  private Snapshot snapshot = owned();

  @AfterEach
  void close() {
    slow.countDown();
    checkpoint.close();
  }

  @Test
  void samplesAreFoldedWhileItIsWritten() {
    // Given a producer that does not come about
    producers.add(fresh());
    sampled("a", 1);

    // When
    begin("id", 10);
    sampled("a", 2);
    sampled("b", 1);

    // Then it is under way, and what was folded since is not in it
    assertThat(checkpoint.outcome()).isEmpty();
    assertThat(checkpoint.isDue()).isFalse();
    slow.countDown();
    assertThat(checkpoint.await()).isTrue();
    assertThat(summaries(0)).containsExactly("a applied=1 offset=10 of id");
    assertThat(offsets(0)).containsOnly(Map.entry(SAMPLES, new OffsetAndMetadata(10, "id")));

    // When the next is due
    assertThat(checkpoint.isDue()).isFalse();
    nanos.addAndGet(Duration.ofSeconds(10).toNanos());
    assertThat(checkpoint.isDue()).isTrue();
    begin("id", 12);

    // Then
    assertThat(checkpoint.await()).isTrue();
    assertThat(summaries(0))
        .containsExactlyInAnyOrder(
            "a applied=1 offset=10 of id",
            "a applied=2 offset=12 of id",
            "b applied=1 offset=12 of id");
  }

  @Test
  void oneThatFailedIsRepeatedSoonByAnotherProducer() {
    // Given
    slow.countDown();
    MockProducer<byte[], byte[]> failing = fresh();
    failing.commitTransactionException = new KafkaException("the broker is away");
    producers.add(failing);
    producers.add(fresh());
    sampled("a", 1);

    // When
    begin("id", 10);

    // Then
    assertThat(checkpoint.await()).isFalse();
    assertThat(status.notReadyReason()).hasValueSatisfying(w -> assertThat(w).contains("is away"));
    assertThat(failing.transactionAborted()).isTrue();
    assertThat(failing.closed()).isTrue();
    nanos.addAndGet(Duration.ofSeconds(2).toNanos());
    assertThat(checkpoint.isDue()).isTrue();

    // When
    sampled("a", 2);
    begin("id", 11);

    // Then
    assertThat(checkpoint.await()).isTrue();
    assertThat(status.notReadyReason()).isEmpty();
    assertThat(summaries(1)).containsExactly("a applied=2 offset=11 of id");
  }

  @Test
  void aMemberThatWasReplacedWritesNothing() {
    // Given
    slow.countDown();
    MockProducer<byte[], byte[]> fenced = fresh();
    fenced.sendOffsetsToTransactionException = new ProducerFencedException("replaced");
    producers.add(fenced);
    sampled("a", 1);

    // When
    begin("id", 10);

    // Then
    assertThat(checkpoint.await()).isFalse();
    assertThat(fenced.history()).isEmpty();
    assertThat(fenced.closed()).isTrue();
  }

  @Test
  void whatIsWrittenIsNotWrittenAgain() {
    // Given
    slow.countDown();
    producers.add(fresh());
    sampled("a", 1);
    begin("id", 10);
    assertThat(checkpoint.await()).isTrue();

    // When nothing changed
    begin("id", 10);
    assertThat(checkpoint.await()).isTrue();

    // Then
    assertThat(used.getFirst().commitCount()).isEqualTo(1);

    // When only the offset moved
    begin("id", 11);
    assertThat(checkpoint.await()).isTrue();

    // Then
    assertThat(used.getFirst().commitCount()).isEqualTo(2);
    assertThat(summaries(0)).hasSize(1);

    // When the topic was made anew
    begin("other", 0);
    assertThat(checkpoint.await()).isTrue();

    // Then what was written is of samples that are no more
    assertThat(summaries(0))
        .containsExactly("a applied=1 offset=10 of id", "a applied=1 offset=0 of other");
  }

  @Test
  void aSummaryIsOfTheSamplesThatItContains() {
    // Given a job that was restored from a summary beyond the position
    slow.countDown();
    producers.add(fresh());
    sampled("a", 1);

    // When
    checkpoint.begin(
        snapshot,
        new WriteCheckpoint("id", Map.of(0, new Owned(10, Map.of("a", 15L))), false),
        GROUP);

    // Then
    assertThat(checkpoint.await()).isTrue();
    assertThat(summaries(0)).containsExactly("a applied=1 offset=15 of id");
    assertThat(offsets(0)).containsOnly(Map.entry(SAMPLES, new OffsetAndMetadata(10, "id")));
  }

  @Test
  void whatGoesWhileItIsWrittenIsNotRemembered() {
    // Given
    producers.add(fresh());
    sampled("forgotten", 1);
    sampled("ended", 1);
    sampled("stays", 1);
    begin("id", 10);

    // When
    sampled("ended", 2);
    checkpoint.recordEnded(job("ended"));
    checkpoint.recordForgotten("forgotten");
    slow.countDown();
    assertThat(checkpoint.await()).isTrue();
    snapshot = owned();
    sampled("stays", 1);
    begin("id", 11);

    // Then
    assertThat(checkpoint.await()).isTrue();
    assertThat(summaries(0).subList(3, 5))
        .containsExactly("ended applied=2 offset=11 of id", "forgotten is gone");
    begin("id", 11);
    assertThat(checkpoint.await()).isTrue();
    assertThat(summaries(0)).hasSize(5);
  }

  @Test
  void jobsOfAPartitionThatWentAreWrittenAgainWhenItIsBack() {
    // Given
    slow.countDown();
    producers.add(fresh());
    sampled("a", 1);
    begin("id", 10);
    assertThat(checkpoint.await()).isTrue();

    // When
    checkpoint.revoked(Set.of(0));
    begin("id", 10);

    // Then
    assertThat(checkpoint.await()).isTrue();
    assertThat(summaries(0)).hasSize(2);
  }

  private Producer<byte[], byte[]> producer() {
    try {
      slow.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
    MockProducer<byte[], byte[]> next = producers.remove();
    used.add(next);
    return next;
  }

  private static MockProducer<byte[], byte[]> fresh() {
    return new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
  }

  private static TokenBucket bucket() {
    return new TokenBucket(1, 1, () -> 0);
  }

  private static Snapshot owned() {
    return Ledger.fold(
            Snapshot.empty(LedgerLimits.DEFAULT), List.of(new Arrival.PartitionAssigned(0)), NOW)
        .snapshot();
  }

  private void sampled(String job, int second) {
    MemorySample sample =
        MemorySample.builder(job, "GPU-" + job, NOW.minusSeconds(60 - second))
            .rank(0)
            .reserved(new MemorySize(1000))
            .build();
    Arrival arrival = new Arrival.Received(new MemorySampled(sample), 0);
    snapshot = Ledger.fold(snapshot, List.of(arrival), NOW).snapshot();
  }

  private JobState job(String name) {
    return Objects.requireNonNull(snapshot.jobs().get(name));
  }

  private void begin(String topic, long next) {
    checkpoint.begin(
        snapshot, new WriteCheckpoint(topic, Map.of(0, new Owned(next, Map.of())), false), GROUP);
  }

  private List<String> summaries(int producer) {
    return used.get(producer).history().stream().map(SummaryCheckpointTest::line).toList();
  }

  private static String line(ProducerRecord<byte[], byte[]> written) {
    String job = new String(written.key(), UTF_8);
    byte @Nullable [] value = written.value();
    if (value == null) {
      return job + " is gone";
    }
    Decoded decoded = new JobSummaryDecoder().decode(written.key(), value);
    if (decoded instanceof Decoded.Event(JobEvent event)
        && event instanceof JobSummarized(JobState state, Instant _, SampleOffset offset)) {
      return "%s applied=%d offset=%d of %s"
          .formatted(job, state.tally().applied(), offset.offset(), offset.topic());
    }
    throw new AssertionError(decoded);
  }

  private Map<TopicPartition, OffsetAndMetadata> offsets(int producer) {
    return used.get(producer).consumerGroupOffsetsHistory().getFirst().getOrDefault("g", Map.of());
  }
}

package dev.headroom.ingest.samples;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.headroom.ingest.batch.BatchProcessor;
import dev.headroom.ingest.batch.DeadLetters;
import dev.headroom.ingest.batch.Learning;
import dev.headroom.ingest.batch.TokenBucket;
import dev.headroom.ingest.compacted.RewindableReader;
import dev.headroom.ingest.topics.TopicView;
import dev.headroom.ledger.Arrival;
import dev.headroom.ledger.LedgerLimits;
import dev.headroom.ledger.Snapshot;
import dev.headroom.ledger.event.JobSummarized;
import dev.headroom.ledger.state.JobState;
import dev.headroom.ledger.state.MemoryPeaks;
import dev.headroom.ledger.state.SampleOffset;
import dev.headroom.ledger.state.StepPeaks;
import dev.headroom.ledger.state.VerdictCounts;
import dev.headroom.live.Calibrations;
import dev.headroom.live.LedgerKeeper;
import dev.headroom.live.Predictions;
import dev.headroom.memory.MemorySize;
import dev.headroom.sample.MemorySample;
import dev.headroom.status.IngestStatus;
import dev.headroom.wire.Topics;
import dev.headroom.wire.memorysample.MemorySampleDecoder;
import dev.headroom.wire.memorysample.MemorySampleEncoder;
import dev.headroom.wire.plan.GpuCatalogueReader;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The thread of the samples, with Kafka's own stand-ins for its clients.
class SampleConsumerTest {

  private static final TopicPartition SAMPLES = new TopicPartition(Topics.MEMORY_SAMPLES, 0);

  private final Instant start = Instant.now().minusSeconds(60);
  private final IngestStatus status = new IngestStatus();
  private final Calibrations calibrations =
      new Calibrations(GpuCatalogueReader.own(), new Predictions());
  private final LedgerKeeper keeper = new LedgerKeeper(Snapshot.empty(LedgerLimits.DEFAULT));
  private final InstantSource clock = InstantSource.system();
  private final MockProducer<byte[], byte[]> producer =
      new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
  private final MockProducer<byte[], byte[]> again =
      new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
  private final AtomicInteger producers = new AtomicInteger();
  private final CountDownLatch slow = new CountDownLatch(1);
  private final SlowReader summaries = new SlowReader();
  private final KnownTopics topics = new KnownTopics();
  private volatile MockConsumer<byte[], byte[]> consumer = consumer();
  private final SampleConsumer samples = samples();
  private long next;

  /// Topics that stand still until they are made anew.
  private static final class KnownTopics implements TopicView {

    private volatile Uuid id = Uuid.randomUuid();

    @Override
    public Optional<TopicLayout> layout(String topic) {
      return Optional.of(new TopicLayout(id, 1));
    }

    @Override
    public Map<Integer, Long> endOffsets(String topic) {
      return Map.of(0, 5L);
    }
  }

  /// Summaries that are read when the test says so.
  private static final class SlowReader implements RewindableReader {

    private volatile long position;
    private final AtomicInteger rewinds = new AtomicInteger();

    @Override
    public Map<Integer, Long> positions() {
      return Map.of(0, position);
    }

    @Override
    public void rewind() {
      rewinds.incrementAndGet();
    }
  }

  @BeforeEach
  void start() {
    samples.start();
    rebalance(List.of(SAMPLES));
  }

  @AfterEach
  void close() {
    slow.countDown();
    samples.close();
  }

  @Test
  void nothingIsFoldedBeforeTheSummariesAreRead() {
    // Given
    send("a");

    // When
    until(() -> status.notReadyReason().orElse("").contains("jobs of 1 partitions"));
    assertThat(keeper.snapshot().jobs().get("a")).isNull();
    summaries.position = 5;

    // Then
    until(() -> applied("a") == 1);
    until(() -> status.notReadyReason().isEmpty());
    assertThat(keeper.snapshot().owned()).containsExactly(0);
  }

  @Test
  void samplesAreFoldedWhileAProducerIsSlowAndTheFailedCheckpointIsRepeated() {
    // Given
    summaries.position = 5;
    producer.commitTransactionException = new KafkaException("the broker is away");
    send("a");
    until(() -> applied("a") == 1);

    // When a checkpoint is under way
    until(() -> producers.get() == 1);
    for (int i = 0; i < 100; i++) {
      send("a");
    }

    // Then samples go on, and it is written after all
    until(() -> applied("a") == 101);
    assertThat(producer.history()).isEmpty();
    slow.countDown();
    until(() -> producers.get() == 2);
    until(() -> committed(again).equals(new OffsetAndMetadata(101, topics.id.toString())));
  }

  @Test
  void samplesThatARestoredSummaryContainsArePassedOver() {
    // Given a summary of the first two samples of another owner
    JobState written = summarized(7);
    var offset = new SampleOffset(topics.id.toString(), 2);
    var _ =
        keeper.fold(
            List.of(new Arrival.Received(new JobSummarized(written, start, offset), 0)), start);
    summaries.position = 5;

    // When
    send("a");
    send("a");
    send("a");

    // Then
    until(() -> applied("a") == 8);
    assertThat(status.received()).containsEntry(Topics.MEMORY_SAMPLES, 1L);
  }

  @Test
  void aRevokedPartitionIsWrittenBeforeItGoes() {
    // Given
    slow.countDown();
    summaries.position = 5;
    send("a");
    until(() -> applied("a") == 1);

    // When
    rebalance(List.of());

    // Then
    until(() -> keeper.snapshot().owned().isEmpty());
    assertThat(committed(producer)).isEqualTo(new OffsetAndMetadata(1, topics.id.toString()));
    assertThat(keeper.snapshot().jobs().get("a")).isNotNull();
    assertThat(summaries.rewinds).hasValue(0);
  }

  @Test
  void aPartitionThatCannotBeWrittenIsLostAndReadAgain() {
    // Given
    slow.countDown();
    summaries.position = 5;
    producer.sendOffsetsToTransactionException = new KafkaException("not the owner any more");
    again.sendOffsetsToTransactionException = producer.sendOffsetsToTransactionException;
    send("a");
    until(() -> applied("a") == 1);

    // When
    rebalance(List.of());

    // Then
    until(() -> summaries.rewinds.get() == 1);
    until(() -> keeper.snapshot().owned().isEmpty());
    assertThat(keeper.snapshot().jobs().get("a")).isNull();
  }

  @Test
  void theGroupIsJoinedAnewWhereTheTopicWasMadeAnew() {
    // Given
    slow.countDown();
    summaries.position = 5;
    send("a");
    until(() -> applied("a") == 1);
    MockConsumer<byte[], byte[]> before = consumer;

    // When
    topics.id = Uuid.randomUuid();

    // Then
    until(() -> consumer != before);
    until(before::closed);
    assertThat(keeper.snapshot().jobs().get("a")).isNotNull();
    assertThat(keeper.snapshot().owned()).isEmpty();
  }

  @Test
  void anotherConsumerGoesOnWhereOneFailed() {
    // Given
    slow.countDown();
    summaries.position = 5;
    send("a");
    until(() -> applied("a") == 1);
    MockConsumer<byte[], byte[]> before = consumer;

    // When
    before.setPollException(new KafkaException("a bug"));

    // Then
    until(() -> consumer != before);
    until(() -> summaries.rewinds.get() == 1);
    assertThat(keeper.snapshot().owned()).isEmpty();
  }

  private SampleConsumer samples() {
    var bucket = new TokenBucket(1, 1, System::nanoTime);
    var letters = new DeadLetters((_, _) -> {}, status, bucket, bucket);
    var checkpoint =
        new SummaryCheckpoint(
            this::producer, letters, status, Duration.ofMillis(200), System::nanoTime);
    var learning = new Learning(calibrations, new MockProducer<>(), status, _ -> {});
    return new SampleConsumer(
        this::fresh,
        new PartitionOwner(
            topics, summaries, () -> true, new OwnedJobs(keeper, clock), checkpoint, status),
        new BatchProcessor(
            Topics.MEMORY_SAMPLES,
            new MemorySampleDecoder(),
            ConsumerRecord::partition,
            learning,
            keeper,
            status,
            letters,
            clock),
        new Expiry(keeper, checkpoint, calibrations, learning, clock, System::nanoTime),
        status);
  }

  private MockConsumer<byte[], byte[]> fresh() {
    MockConsumer<byte[], byte[]> first = consumer;
    if (first.closed()) {
      first = consumer();
      consumer = first;
    }
    return first;
  }

  private static MockConsumer<byte[], byte[]> consumer() {
    var fresh = new MockConsumer<byte[], byte[]>("earliest");
    fresh.updateBeginningOffsets(Map.of(SAMPLES, 0L));
    fresh.updateEndOffsets(Map.of(SAMPLES, 0L));
    return fresh;
  }

  /// The first is slow to come about. The second has no fault.
  private Producer<byte[], byte[]> producer() {
    if (producers.incrementAndGet() > 1) {
      return again;
    }
    try {
      slow.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
    return producer;
  }

  private void rebalance(Collection<TopicPartition> assigned) {
    until(() -> !consumer.subscription().isEmpty());
    consumer.schedulePollTask(() -> consumer.rebalance(assigned));
  }

  private void send(String job) {
    Instant time = start.plusMillis(next);
    MemorySample sample =
        MemorySample.builder(job, "GPU-" + job, time)
            .rank(0)
            .reserved(new MemorySize(1000))
            .build();
    var record =
        new ConsumerRecord<>(
            Topics.MEMORY_SAMPLES,
            0,
            next++,
            job.getBytes(US_ASCII),
            MemorySampleEncoder.encode(sample));
    consumer.schedulePollTask(() -> consumer.addRecord(record));
  }

  private static OffsetAndMetadata committed(MockProducer<byte[], byte[]> by) {
    List<Map<String, Map<TopicPartition, OffsetAndMetadata>>> all =
        by.consumerGroupOffsetsHistory();
    return all.isEmpty()
        ? new OffsetAndMetadata(0)
        : all.getLast().values().iterator().next().getOrDefault(SAMPLES, new OffsetAndMetadata(0));
  }

  private JobState summarized(long applied) {
    return JobState.restored(
        "a",
        null,
        0,
        null,
        List.of(),
        MemoryPeaks.NONE,
        new VerdictCounts(applied, 0, 0, 0),
        StepPeaks.NONE,
        null,
        start.minusSeconds(60),
        start.minusSeconds(60),
        null,
        start,
        List.of());
  }

  private long applied(String job) {
    JobState state = keeper.snapshot().jobs().get(job);
    return state == null ? 0 : state.tally().applied();
  }

  private static void until(BooleanSupplier condition) {
    await().atMost(Duration.ofSeconds(20)).until(condition::getAsBoolean);
  }
}

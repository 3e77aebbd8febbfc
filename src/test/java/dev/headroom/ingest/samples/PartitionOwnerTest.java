package dev.headroom.ingest.samples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.headroom.ingest.batch.DeadLetters;
import dev.headroom.ingest.batch.TokenBucket;
import dev.headroom.ingest.compacted.RewindableReader;
import dev.headroom.ingest.ownership.OwnershipEvent.PartitionsAssigned;
import dev.headroom.ingest.ownership.OwnershipEvent.PartitionsLost;
import dev.headroom.ingest.ownership.OwnershipEvent.PartitionsRevoked;
import dev.headroom.ingest.ownership.OwnershipEvent.SamplesFolded;
import dev.headroom.ingest.ownership.PartitionState;
import dev.headroom.ingest.topics.TopicView;
import dev.headroom.ledger.Arrival;
import dev.headroom.ledger.LedgerLimits;
import dev.headroom.ledger.Snapshot;
import dev.headroom.ledger.SnapshotBuilder;
import dev.headroom.ledger.event.JobSummarized;
import dev.headroom.ledger.event.MemorySampled;
import dev.headroom.ledger.state.SampleOffset;
import dev.headroom.live.LedgerKeeper;
import dev.headroom.memory.MemorySize;
import dev.headroom.status.IngestStatus;
import dev.headroom.status.RecordOutcome;
import dev.headroom.wire.Topics;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What follows for Kafka's consumer and the ledger, one event after another, on one thread.
class PartitionOwnerTest {

  private static final Instant START = SnapshotBuilder.START;
  private static final TopicPartition FIRST = new TopicPartition(Topics.MEMORY_SAMPLES, 0);
  private static final TopicPartition SECOND = new TopicPartition(Topics.MEMORY_SAMPLES, 1);

  private final IngestStatus status = new IngestStatus();
  private final LedgerKeeper keeper = new LedgerKeeper(Snapshot.empty(LedgerLimits.DEFAULT));
  private final AtomicLong nanos = new AtomicLong();
  private final MockProducer<byte[], byte[]> producer =
      new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
  private final SummaryCheckpoint checkpoint = checkpoint();
  private final Topic topic = new Topic();
  private final Summaries summaries = new Summaries();
  private final MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("earliest");
  private boolean isReady = true;
  private final PartitionOwner owner =
      new PartitionOwner(
          topic,
          summaries,
          () -> isReady,
          new OwnedJobs(keeper, InstantSource.fixed(START)),
          checkpoint,
          status);

  private static final class Topic implements TopicView {

    private Uuid id = Uuid.randomUuid();
    private int asked;
    private boolean isSilent;

    @Override
    public Optional<TopicLayout> layout(String name) {
      assertThat(name).isEqualTo(Topics.MEMORY_SAMPLES);
      return Optional.of(new TopicLayout(id, 2));
    }

    @Override
    public Map<Integer, Long> endOffsets(String name) {
      asked++;
      if (isSilent) {
        throw new KafkaException("the broker does not say");
      }
      return Map.of(0, 5L);
    }
  }

  private static final class Summaries implements RewindableReader {

    private long position = 5;
    private int rewinds;

    @Override
    public Map<Integer, Long> positions() {
      return Map.of(0, position);
    }

    @Override
    public void rewind() {
      rewinds++;
    }
  }

  PartitionOwnerTest() {
    owner.use(consumer);
    consumer.updateBeginningOffsets(Map.of(FIRST, 0L, SECOND, 0L));
    consumer.updateEndOffsets(Map.of(FIRST, 9L, SECOND, 9L));
  }

  @AfterEach
  void close() {
    checkpoint.close();
  }

  @Test
  void anAssignedPartitionIsPausedUntilItsJobsAreRestored() {
    // Given
    owner.reportProblem();
    assertThat(status.notReadyReason()).contains("the group was not joined yet");
    summarized("a", 3);
    summaries.position = 4;
    assign(FIRST, SECOND);

    // When the summaries are not read yet
    look();
    look();

    // Then
    assertThat(consumer.paused()).containsExactlyInAnyOrder(FIRST, SECOND);
    assertThat(owner.isWaiting()).isTrue();
    assertThat(owner.owned()).isEmpty();
    assertThat(owner.state(0)).isInstanceOf(PartitionState.WaitingForSummaries.class);
    assertThat(owner.state(2)).isNull();
    assertThat(status.notReadyReason()).contains("jobs of 2 partitions are being restored");

    // When they are, but not all else
    summaries.position = 5;
    isReady = false;
    look();
    assertThat(owner.isWaiting()).isTrue();
    isReady = true;
    look();

    // Then
    assertThat(owner.isWaiting()).isFalse();
    assertThat(owner.owned()).containsExactlyInAnyOrder(0, 1);
    assertThat(consumer.paused()).isEmpty();
    assertThat(keeper.snapshot().owned()).containsExactlyInAnyOrder(0, 1);
    assertThat(status.notReadyReason()).isEmpty();
    assertThat(status.outcomeCounts())
        .contains(new IngestStatus.OutcomeCount(Topics.MEMORY_SAMPLES, RecordOutcome.RESTORED, 1));
  }

  @Test
  void aBrokerThatDoesNotSayIsAskedOnceALook() {
    topic.isSilent = true;
    assign(FIRST, SECOND);
    look();
    assertThat(topic.asked).isEqualTo(1);
    assertThat(status.notReadyReason().orElseThrow()).contains("the broker does not say");
    look();
    assertThat(topic.asked).isEqualTo(2);
    topic.isSilent = false;
    look();
    look();
    assertThat(owner.owned()).containsExactlyInAnyOrder(0, 1);
  }

  @Test
  void aCheckpointThatIsDueIsWrittenBesideTheSamples() {
    // Given
    own();
    sampled("a");
    owner.on(new SamplesFolded(Map.of(0, 7L)));
    look();
    assertThat(producer.history()).isEmpty();

    // When
    nanos.addAndGet(Duration.ofSeconds(10).toNanos());
    lookUntilWritten(1);

    // Then
    assertThat(producer.history()).hasSize(1);
    assertThat(committed()).containsEntry(FIRST, at(7));

    // When it has ended and the next is due
    owner.on(new SamplesFolded(Map.of(0, 8L)));
    nanos.addAndGet(Duration.ofSeconds(20).toNanos());
    lookUntilWritten(2);

    // Then
    assertThat(committed()).containsEntry(FIRST, at(8));
  }

  @Test
  void aPartitionThatIsAskedBackIsWrittenAndHandedOver() {
    // Given
    own();
    sampled("a");
    owner.on(new SamplesFolded(Map.of(0, 7L)));
    status.recordLag(Topics.MEMORY_SAMPLES, 0, 3);
    status.recordLag(Topics.MEMORY_SAMPLES, 1, 4);

    // When
    owner.on(new PartitionsRevoked(Set.of(0)));

    // Then
    assertThat(committed()).containsEntry(FIRST, at(7));
    assertThat(owner.owned()).containsExactly(1);
    assertThat(keeper.snapshot().owned()).containsExactly(1);
    assertThat(keeper.snapshot().jobs().get("a")).isNotNull();
    assertThat(summaries.rewinds).isZero();
    assertThat(status.lags())
        .containsOnlyKeys(new IngestStatus.TopicPartition(Topics.MEMORY_SAMPLES, 1));
  }

  @Test
  void whatWasWrittenOfAPartitionThatComesBackIsWrittenAnew() {
    // Given
    own();
    owner.on(new SamplesFolded(Map.of(0, 7L)));
    owner.on(new PartitionsRevoked(Set.of(0)));
    assertThat(producer.commitCount()).isEqualTo(1);

    // When another owner wrote in between, or not
    owner.on(new PartitionsAssigned(Set.of(0)));
    look();
    look();
    assertThat(owner.owned()).containsExactlyInAnyOrder(0, 1);
    owner.on(new SamplesFolded(Map.of(0, 7L)));
    owner.on(new PartitionsRevoked(Set.of(0)));

    // Then
    assertThat(producer.commitCount()).isEqualTo(2);
    assertThat(committed()).containsEntry(FIRST, at(7));
  }

  @Test
  void jobsOfAPartitionThatWasLostAreReadAgain() {
    own();
    sampled("a");
    status.recordLag(Topics.MEMORY_SAMPLES, 0, 3);
    status.recordLag(Topics.MEMORY_SAMPLES, 1, 4);
    owner.on(new PartitionsLost(Set.of(0)));
    assertThat(status.lags())
        .containsOnlyKeys(new IngestStatus.TopicPartition(Topics.MEMORY_SAMPLES, 1));
    assertThat(keeper.snapshot().owned()).containsExactly(1);
    assertThat(keeper.snapshot().jobs().get("a")).isNull();
    assertThat(summaries.rewinds).isEqualTo(1);
    assertThat(producer.history()).isEmpty();
    assertThat(owner.state(0)).isInstanceOf(PartitionState.Lost.class);
  }

  @Test
  void whereTheTopicWasMadeAnewTheConsumerIsOfNoUse() {
    own();
    sampled("a");
    topic.id = Uuid.randomUuid();
    assertThat(owner.look()).isFalse();
    assertThat(producer.history()).hasSize(1);
    assertThat(keeper.snapshot().owned()).isEmpty();
    assertThat(status.notReadyReason()).contains("the group was not joined yet");
    assertThatThrownBy(() -> owner.on(new PartitionsAssigned(Set.of(0))))
        .hasMessage("a bug: there is no consumer");
  }

  private void assign(TopicPartition... partitions) {
    consumer.assign(List.of(partitions));
    owner.on(
        new PartitionsAssigned(
            Set.of(partitions[0].partition(), partitions[partitions.length - 1].partition())));
  }

  private void own() {
    assign(FIRST, SECOND);
    look();
    look();
    assertThat(owner.owned()).containsExactlyInAnyOrder(0, 1);
  }

  private void lookUntilWritten(long checkpoints) {
    await()
        .atMost(Duration.ofSeconds(30))
        .until(
            () -> {
              look();
              nanos.addAndGet(Duration.ofSeconds(1).toNanos());
              return producer.commitCount() == checkpoints;
            });
  }

  private void look() {
    assertThat(owner.look()).isTrue();
  }

  private SummaryCheckpoint checkpoint() {
    var bucket = new TokenBucket(1, 1, () -> 0);
    return new SummaryCheckpoint(
        () -> producer,
        new DeadLetters((_, _) -> {}, status, bucket, bucket),
        status,
        Duration.ofSeconds(10),
        nanos::get);
  }

  private void sampled(String job) {
    fold(
        new Arrival.Received(
            new MemorySampled(
                SnapshotBuilder.sample(job, "GPU-1", 0).reserved(new MemorySize(1)).build()),
            0));
  }

  /// A job of another owner whose summary contains its samples up to an offset.
  private void summarized(String job, long offset) {
    var ledger =
        new SnapshotBuilder()
            .with(SnapshotBuilder.sample(job, "GPU-1", 0).reserved(new MemorySize(1)).build(), 0);
    fold(
        new Arrival.Received(
            new JobSummarized(
                Objects.requireNonNull(ledger.snapshot().jobs().get(job)),
                START,
                new SampleOffset(topic.id.toString(), offset)),
            0));
  }

  private void fold(Arrival arrival) {
    var _ = keeper.fold(List.of(arrival), START);
  }

  private OffsetAndMetadata at(long offset) {
    return new OffsetAndMetadata(offset, topic.id.toString());
  }

  private Map<TopicPartition, OffsetAndMetadata> committed() {
    return producer.consumerGroupOffsetsHistory().getLast().values().iterator().next();
  }
}

package dev.headroom.ingest.samples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.ingest.batch.DeadLetters;
import dev.headroom.ingest.batch.Learning;
import dev.headroom.ingest.batch.TokenBucket;
import dev.headroom.ingest.ownership.OwnershipCommand.WriteCheckpoint;
import dev.headroom.ledger.Arrival;
import dev.headroom.ledger.LedgerLimits;
import dev.headroom.ledger.Snapshot;
import dev.headroom.ledger.event.MemorySampled;
import dev.headroom.ledger.lesson.SampledJob;
import dev.headroom.live.Calibrations;
import dev.headroom.live.LedgerKeeper;
import dev.headroom.live.Predictions;
import dev.headroom.memory.MemorySize;
import dev.headroom.sample.MemorySample;
import dev.headroom.status.IngestStatus;
import dev.headroom.wire.plan.GpuCatalogueReader;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Jobs expire by the time that has passed, and not by a clock that is set.
class ExpiryTest {

  private static final Duration FORGOTTEN = LedgerLimits.DEFAULT.forgotten();

  private Instant now = Instant.parse("2026-11-01T12:00:00Z");
  private long nanos;
  private final IngestStatus status = new IngestStatus();
  private final MockProducer<byte[], byte[]> producer =
      new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
  private final MockProducer<byte[], byte[]> lessons =
      new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
  private final Calibrations calibrations =
      new Calibrations(GpuCatalogueReader.own(), new Predictions());
  private final LedgerKeeper keeper = new LedgerKeeper(Snapshot.empty(LedgerLimits.DEFAULT));
  private final SummaryCheckpoint checkpoint =
      new SummaryCheckpoint(
          () -> producer,
          new DeadLetters(
              (_, _) -> {}, status, new TokenBucket(1, 1, () -> 0), new TokenBucket(1, 1, () -> 0)),
          status,
          Duration.ofSeconds(10),
          () -> 0);
  private final Expiry expiry =
      new Expiry(
          keeper,
          checkpoint,
          calibrations,
          new Learning(calibrations, lessons, status, _ -> {}),
          () -> now,
          () -> nanos);

  @AfterEach
  void close() {
    checkpoint.close();
  }

  @Test
  void aSilentJobIsForgottenAndItsSummaryGoes() {
    // Given
    sampled("a");

    // When
    pass(FORGOTTEN);

    // Then it is there to the last
    assertThat(keeper.snapshot().jobs().get("a")).isNotNull();
    pass(Duration.ofSeconds(1));
    assertThat(keeper.snapshot().jobs().get("a")).isNull();
    checkpoint.begin(
        keeper.snapshot(),
        new WriteCheckpoint("id", Map.of(), true),
        new ConsumerGroupMetadata("g"));
    assertThat(checkpoint.await()).isTrue();
    assertThat(producer.history())
        .singleElement()
        .satisfies(record -> assertThat(record.value()).isNull());
  }

  @Test
  void aClockThatIsSetForgetsNothing() {
    // Given
    sampled("a");

    // When the clock jumps ahead and back
    now = now.plus(Duration.ofDays(1));
    pass(Duration.ofSeconds(1));
    assertThat(keeper.snapshot().jobs().get("a")).isNotNull();
    now = now.minus(Duration.ofDays(2));
    pass(Duration.ofSeconds(1));

    // Then the job is as old as it is
    assertThat(keeper.snapshot().jobs().get("a")).isNotNull();
    pass(FORGOTTEN);
    assertThat(keeper.snapshot().jobs().get("a")).isNull();
  }

  @Test
  void itIsDueOnceASecond() {
    // Given
    pass(Duration.ofSeconds(1));
    Instant last = keeper.snapshot().at();

    // When
    pass(Duration.ofMillis(999));

    // Then
    assertThat(keeper.snapshot().at()).isEqualTo(last);
    pass(Duration.ofMillis(1));
    assertThat(keeper.snapshot().at()).isEqualTo(last.plusSeconds(1));
  }

  /// The clock and the time that passed agree, however long it is since the start.
  @Test
  void aClockThatRunsIsNotSet() {
    // Given
    sampled("a");
    pass(Duration.ofHours(1));
    sampled("b");

    // When
    pass(FORGOTTEN.minusSeconds(1));
    pass(Duration.ofSeconds(1));

    // Then
    assertThat(keeper.snapshot().jobs().get("a")).isNull();
    assertThat(keeper.snapshot().jobs().get("b")).isNotNull();
    pass(Duration.ofSeconds(1));
    assertThat(keeper.snapshot().jobs().get("b")).isNull();
  }

  @Test
  void jobsThatHaveSettledTeachOnceAMinute() {
    // Given
    SampledJob run = new SampledJob(calibrations).goesOn(400, 0, 0);
    Expiry ofRun = expiry(new LedgerKeeper(run.ledger()), run);

    // When
    nanos += Duration.ofSeconds(59).toNanos();
    ofRun.expireIfDue();
    assertThat(lessons.history()).isEmpty();
    nanos += Duration.ofSeconds(1).toNanos();
    ofRun.expireIfDue();

    // Then
    assertThat(lessons.history()).hasSize(1);
  }

  private Expiry expiry(LedgerKeeper ofRun, SampledJob run) {
    now = run.ledger().at();
    return new Expiry(
        ofRun,
        checkpoint,
        calibrations,
        new Learning(calibrations, lessons, status, _ -> {}),
        () -> now,
        () -> nanos);
  }

  private void sampled(String job) {
    MemorySample sample =
        MemorySample.builder(job, "GPU-" + job, now).rank(0).reserved(new MemorySize(1000)).build();
    var _ =
        keeper.fold(
            List.of(
                new Arrival.PartitionAssigned(0),
                new Arrival.Received(new MemorySampled(sample), 0)),
            now);
  }

  private void pass(Duration time) {
    now = now.plus(time);
    nanos += time.toNanos();
    expiry.expireIfDue();
  }
}

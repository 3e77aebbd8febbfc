package dev.headroom.ingest.batch;

import static dev.headroom.ingest.batch.WrittenRecords.config;
import static dev.headroom.ingest.batch.WrittenRecords.record;
import static dev.headroom.ingest.batch.WrittenRecords.sample;
import static dev.headroom.ingest.batch.WrittenRecords.summary;
import static dev.headroom.ingest.batch.WrittenRecords.tombstone;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.headroom.budget.Prediction;
import dev.headroom.budget.Unsupported;
import dev.headroom.calibration.JobKind;
import dev.headroom.calibration.MeasuredSize;
import dev.headroom.calibration.Observation;
import dev.headroom.calibration.PredictedPeak;
import dev.headroom.ledger.LedgerLimits;
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
import dev.headroom.network.setup.Framework;
import dev.headroom.status.Histogram;
import dev.headroom.status.IngestStatus;
import dev.headroom.status.Irregularity;
import dev.headroom.wire.Decoded;
import dev.headroom.wire.RecordDecoder;
import dev.headroom.wire.Topics;
import dev.headroom.wire.jobsummary.JobSummaryDecoder;
import dev.headroom.wire.jobsummary.LessonEncoder;
import dev.headroom.wire.layerconfig.LayerConfigDecoder;
import dev.headroom.wire.memorysample.MemorySampleDecoder;
import dev.headroom.wire.plan.GpuCatalogueReader;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.RoundRobinPartitioner;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

/// Records of Kafka in, outcomes and dead letters out; the broker is Kafka's own stand-in.
class BatchProcessorTest {

  private static final Instant NOW = WrittenRecords.NOW;

  private final IngestStatus status = new IngestStatus();
  private final LedgerKeeper keeper = new LedgerKeeper(oneJob());
  private final Predictions predictions = new Predictions();
  private final Calibrations calibrations = new Calibrations(GpuCatalogueReader.own(), predictions);
  private final MockProducer<byte[], byte[]> lessons =
      new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
  private final MockProducer<byte[], byte[]> letters =
      new MockProducer<>(
          true, new RoundRobinPartitioner(), new ByteArraySerializer(), new ByteArraySerializer());
  private final List<JobState> summarized = new ArrayList<>();

  @Test
  void everyRecordIsCountedOnceByItsOutcome() {
    // When
    samples()
        .process(
            List.of(
                sample("a", 5),
                sample("a", 5),
                sample("a", 4),
                sample("a", 500),
                sample("b", 5),
                record("a", "no JSON")));

    // Then
    assertThat(status.received()).containsEntry(Topics.MEMORY_SAMPLES, 6L);
    assertThat(outcomes())
        .isEqualTo(
            Map.of(
                "applied",
                1L,
                "duplicate",
                1L,
                "late",
                1L,
                "skewed",
                1L,
                "rejected",
                1L,
                "malformed",
                1L));
    assertThat(reasons()).hasSize(2).anySatisfy(reason -> assertThat(reason).contains("JSON"));
    assertThat(reasons()).contains("over the bound on jobs");
    assertThat(status.forwardedDeadLetters()).isEqualTo(2);
  }

  @Test
  void aRecordThatCannotBeFoldedIsADeadLetterAndStopsNothing() {
    // Given: a job that ended when no time is left
    var decoder = new JobSummaryDecoder();
    var broken = new JobSummarized(ended(Instant.MAX), NOW, new SampleOffset(null, 0));
    BatchProcessor processor =
        processor(
            Topics.JOB_SUMMARIES,
            (key, value) -> value == null ? new Decoded.Event(broken) : decoder.decode(key, value));

    // When
    processor.process(List.of(tombstone(), summary("a")));

    // Then
    assertThat(outcomes()).isEqualTo(Map.of("rejected", 1L, "applied", 1L));
    assertThat(reasons()).containsExactly("could not be folded");
    assertThat(keeper.snapshot().jobs().get("a")).isNotNull();
  }

  @Test
  void aDecoderThatFailsIsADeadLetterAndStopsNothing() {
    // Given
    var decoder = new MemorySampleDecoder();
    BatchProcessor processor =
        processor(
            Topics.MEMORY_SAMPLES,
            (key, value) -> {
              if (value == null || value.length == 0) {
                throw new IllegalStateException("a bug");
              }
              return decoder.decode(key, value);
            });

    // When
    processor.process(List.of(record("a", ""), sample("a", 1)));

    // Then
    assertThat(outcomes()).isEqualTo(Map.of("malformed", 1L, "applied", 1L));
    assertThat(reasons()).containsExactly("could not be read: IllegalStateException");
  }

  @Test
  void delaysAreOfAppliedSamplesOnly() {
    // When: taken 1 s and 5 s ago, and one that comes twice
    samples().process(List.of(sample("a", 5), sample("a", 9), sample("a", 9)));

    // Then
    Histogram delays = status.delays();
    assertThat(delays.counts().stream().mapToLong(Long::longValue).sum()).isEqualTo(2);
    assertThat(delays.sum()).isCloseTo(6.0, within(1e-9));
  }

  @Test
  void aConfigIsPredictedAndItsContentToldApart() {
    // Given
    Prediction prediction = new Unsupported(List.of("a test"));
    predictions.use(_ -> _ -> prediction);
    BatchProcessor processor = processor(Topics.LAYER_CONFIGS, new LayerConfigDecoder());

    // When
    processor.process(List.of(config("a", 4), config("a", 4), config("a", 5)));

    // Then
    assertThat(outcomes()).isEqualTo(Map.of("applied", 2L, "duplicate", 1L));
    var registration = Objects.requireNonNull(keeper.snapshot().registrations().get("a"));
    assertThat(registration.prediction()).isSameAs(prediction);
    assertThat(registration.at()).isEqualTo(NOW);
    assertThat(registration.config().setup().batchSize()).isEqualTo(5);
  }

  /// apache/kafka#13709, telegraf#15675: producers whose clocks are ahead; afkak#38: one that tells
  /// no time.
  @Test
  void noRecordIsWrittenLaterThanNow() {
    // Given
    predictions.use(_ -> _ -> new Unsupported(List.of("a test")));
    BatchProcessor processor = processor(Topics.LAYER_CONFIGS, new LayerConfigDecoder());

    // When
    for (long time :
        List.of(
            NOW.plusSeconds(3600).toEpochMilli(),
            NOW.plusSeconds(7200).toEpochMilli(),
            NOW.plusMillis(300).toEpochMilli(),
            -1L)) {
      processor.process(List.of(config("a", (int) Math.floorMod(time, 97L) + 1, time)));

      // Then
      assertThat(Objects.requireNonNull(keeper.snapshot().registrations().get("a")).at())
          .isEqualTo(NOW);
    }
    assertThat(outcomes()).isEqualTo(Map.of("applied", 4L));
    assertThat(status.irregular()).containsEntry(Irregularity.FUTURE_TIMESTAMP, 2L);
  }

  @Test
  void aRecordOf1970IsTakenAtItsWord() {
    predictions.use(_ -> _ -> new Unsupported(List.of("a test")));
    processor(Topics.LAYER_CONFIGS, new LayerConfigDecoder()).process(List.of(config("a", 5, 0)));
    assertThat(Objects.requireNonNull(keeper.snapshot().registrations().get("a")).at())
        .isEqualTo(Instant.EPOCH);
  }

  @Test
  void aJobWhoseConfigIsRefusedSaysWhyUntilAGoodOneComes() {
    // Given
    predictions.use(_ -> _ -> new Unsupported(List.of("a test")));
    BatchProcessor processor = processor(Topics.LAYER_CONFIGS, new LayerConfigDecoder());

    // When
    processor.process(List.of(config("a", 0), record("no name", "no JSON")));
    samples().process(List.of(sample("a", 5)));

    // Then: each is one malformed record and one dead letter
    assertThat(outcomes()).isEqualTo(Map.of("malformed", 2L, "applied", 1L));
    assertThat(reasons()).hasSize(2).contains("batch_size < 1: 0");
    assertThat(missing()).isEqualTo("the layer config that came was refused: batch_size < 1: 0");

    // When
    processor.process(List.of(config("a", 4)));

    // Then
    assertThat(missing()).isEqualTo("a test");
  }

  private String missing() {
    JobState job = Objects.requireNonNull(keeper.snapshot().jobs().get("a"));
    return keeper.snapshot().missingBudget(job).orElseThrow().reasons().getFirst();
  }

  @Test
  void aPredictionThatFailsIsADeadLetterAndStopsNothing() {
    // Given
    predictions.use(
        _ ->
            _ -> {
              throw new IllegalStateException("a bug");
            });
    BatchProcessor processor = processor(Topics.LAYER_CONFIGS, new LayerConfigDecoder());

    // When
    processor.process(List.of(config("a", 4), record("b", "no JSON")));

    // Then
    assertThat(outcomes()).isEqualTo(Map.of("malformed", 2L));
    assertThat(reasons()).contains("could not be read: IllegalStateException");
    samples().process(List.of(sample("a", 5)));
    assertThat(missing()).contains("could not be read: IllegalStateException");
  }

  @Test
  void whatAReplicaTaughtIsLearned() {
    // Given
    var kind = new JobKind("A100", Framework.UNKNOWN, "m");
    var predicted = new PredictedPeak(size(7), size(8), size(0));
    var lesson =
        new Observation("b", "1", NOW, kind, predicted, Map.of(MeasuredSize.ALLOCATED, size(7)));
    ConsumerRecord<byte[], byte[]> taught =
        new ConsumerRecord<>(
            Topics.JOB_SUMMARIES, 0, 7, LessonEncoder.key(lesson), LessonEncoder.encode(lesson));

    // When
    processor(Topics.JOB_SUMMARIES, new JobSummaryDecoder())
        .process(List.of(taught, summary("a"), record("a", "no JSON"), taught));

    // Then
    assertThat(calibrations.hasLearned(lesson)).isTrue();
    assertThat(summarized).extracting(JobState::job).containsExactly("a");
    assertThat(outcomes()).isEqualTo(Map.of("applied", 3L, "malformed", 1L));
  }

  private static MemorySize size(long bytes) {
    return new MemorySize(bytes);
  }

  @Test
  void anEmptyBatchIsNothing() {
    // When
    samples().process(List.of());

    // Then
    assertThat(status.received()).isEmpty();
    assertThat(status.outcomeCounts()).isEmpty();
  }

  private BatchProcessor samples() {
    return processor(Topics.MEMORY_SAMPLES, new MemorySampleDecoder());
  }

  private BatchProcessor processor(String topic, RecordDecoder decoder) {
    return processor(topic, decoder, keeper);
  }

  private BatchProcessor processor(String topic, RecordDecoder decoder, LedgerKeeper ledger) {
    var deadLetters =
        new DeadLetters(
            (letter, told) -> {
              var _ = letters.send(letter, told);
            },
            status,
            new TokenBucket(100, 0, () -> 0),
            new TokenBucket(1_000_000, 0, () -> 0));
    return new BatchProcessor(
        topic,
        decoder,
        ConsumerRecord::partition,
        new Learning(calibrations, lessons, status, summarized::add),
        ledger,
        status,
        deadLetters,
        InstantSource.fixed(NOW));
  }

  private Map<String, Long> outcomes() {
    return OutcomeCounts.of(status);
  }

  private List<String> reasons() {
    return letters.history().stream()
        .map(letter -> new String(letter.headers().lastHeader("headroom-reason").value(), UTF_8))
        .toList();
  }

  private static LedgerLimits oneJob() {
    return new LedgerLimits(
        1,
        1,
        100,
        4,
        1,
        Duration.ofSeconds(60),
        Duration.ofSeconds(60),
        Duration.ofMinutes(15),
        Duration.ofSeconds(30));
  }

  private static JobState ended(Instant at) {
    return JobState.restored(
        "broken",
        null,
        3,
        null,
        List.of(),
        MemoryPeaks.NONE,
        VerdictCounts.NONE,
        StepPeaks.NONE,
        null,
        null,
        null,
        at,
        NOW,
        List.of());
  }
}

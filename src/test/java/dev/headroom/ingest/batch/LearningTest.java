package dev.headroom.ingest.batch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.calibration.Observation;
import dev.headroom.ledger.lesson.SampledJob;
import dev.headroom.live.Calibrations;
import dev.headroom.live.Predictions;
import dev.headroom.sample.RunOutcome;
import dev.headroom.status.IngestStatus;
import dev.headroom.status.PredictionRecord;
import dev.headroom.wire.Decoded;
import dev.headroom.wire.jobsummary.JobSummaryDecoder;
import dev.headroom.wire.plan.GpuCatalogueReader;
import java.util.List;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

/// What settled runs teach goes to Kafka, and their predictions are judged once.
class LearningTest {

  private static final int SIZES = 4;

  private final IngestStatus status = new IngestStatus();
  private final Calibrations calibrations =
      new Calibrations(GpuCatalogueReader.own(), new Predictions());
  private final MockProducer<byte[], byte[]> kafka =
      new MockProducer<>(false, null, new ByteArraySerializer(), new ByteArraySerializer());
  private final Learning learning = new Learning(calibrations, kafka, status, _ -> {});
  private final SampledJob run = new SampledJob(calibrations);

  @Test
  void aRunThatGoesOnTeachesOnceAndItsEndIsNotJudgedAgain() {
    // Given
    run.goesOn(400, 0, 0);

    // When
    learning.settled(run.ledger());
    learning.settled(run.ledger());

    // Then
    assertThat(written()).hasSize(1);
    assertThat(judged()).isEqualTo(SIZES);

    // When
    run.ends(RunOutcome.COMPLETED);
    learning.ended(run.job(), run.ledger());

    // Then
    assertThat(written()).hasSize(2);
    assertThat(judged()).isEqualTo(SIZES);
  }

  @Test
  void aRunThatTaughtBeforeARestartIsNotJudgedAgain() {
    // Given
    run.goesOn(400, 0, 0);
    learning.settled(run.ledger());
    calibrations.learn(written().getFirst());

    // When
    var restarted = new IngestStatus();
    new Learning(calibrations, kafka, restarted, _ -> {}).settled(run.ledger());

    // Then
    assertThat(restarted.predictions()).isEmpty();
  }

  @Test
  void whatKafkaDidNotTakeIsSentAgainWithTheNext() {
    // Given
    run.goesOn(60, 0, 0).ends(RunOutcome.COMPLETED);
    learning.ended(run.job(), run.ledger());
    assertThat(kafka.errorNext(new TimeoutException("a test"))).isTrue();
    kafka.clear();

    // When
    learning.ended(run.job(), run.ledger());

    // Then the first and the second are on their way
    assertThat(written()).hasSize(2);
    assertThat(kafka.completeNext()).isTrue();
    assertThat(kafka.completeNext()).isTrue();
    kafka.clear();
    learning.ended(run.job(), run.ledger());
    assertThat(written()).hasSize(1);
  }

  @Test
  void whatKafkaRefusesAtOnceStopsNothing() {
    // Given
    run.goesOn(60, 0, 0).ends(RunOutcome.COMPLETED);
    kafka.sendException = new KafkaException("a test");
    learning.ended(run.job(), run.ledger());
    learning.ended(run.job(), run.ledger());
    assertThat(written()).isEmpty();

    // When
    kafka.sendException = null;
    learning.ended(run.job(), run.ledger());

    // Then
    assertThat(written()).hasSize(3);
    assertThat(judged()).isEqualTo(SIZES);
  }

  @Test
  void eachSizeIsJudged() {
    run.goesOn(60, 0, 0).ends(RunOutcome.COMPLETED);
    learning.ended(run.job(), run.ledger());
    assertThat(status.predictions())
        .extracting(PredictionRecord.Score::group)
        .extracting(PredictionRecord.Group::size)
        .containsExactly("allocated", "device", "process", "reserved");
  }

  private List<Observation> written() {
    var decoder = new JobSummaryDecoder();
    return kafka.history().stream()
        .map(record -> ((Decoded.Taught) decoder.decode(record.key(), record.value())))
        .map(Decoded.Taught::observation)
        .toList();
  }

  private long judged() {
    return status.predictions().stream().mapToLong(it -> it.withinP95() + it.aboveP95()).sum();
  }
}

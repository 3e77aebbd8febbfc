package dev.headroom.ingest.batch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.ledger.Arrival;
import dev.headroom.ledger.LimitKind;
import dev.headroom.ledger.Outcome;
import dev.headroom.ledger.SnapshotBuilder;
import dev.headroom.ledger.Verdict;
import dev.headroom.ledger.event.MemorySampled;
import dev.headroom.ledger.lesson.SampledJob;
import dev.headroom.live.Calibrations;
import dev.headroom.live.LedgerKeeper;
import dev.headroom.live.Predictions;
import dev.headroom.memory.MemorySize;
import dev.headroom.sample.RunOutcome;
import dev.headroom.status.IngestStatus;
import dev.headroom.wire.plan.GpuCatalogueReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

class OutcomeReportTest {

  private static final Outcome APPLIED = new Outcome.Judged(Verdict.APPLIED);
  private static final Outcome LATE = new Outcome.Judged(Verdict.LATE);

  private final IngestStatus status = new IngestStatus();
  private final List<String> letters = new ArrayList<>();
  private final MockProducer<byte[], byte[]> lessons =
      new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
  private final Calibrations calibrations =
      new Calibrations(GpuCatalogueReader.own(), new Predictions());
  private final SampledJob run = new SampledJob(calibrations).goesOn(60, 0, 0);
  private final OutcomeReport report =
      new OutcomeReport(
          "a-topic",
          new Learning(calibrations, lessons, status, _ -> {}),
          new LedgerKeeper(run.ledger()),
          status,
          new DeadLetters(
              (letter, _) ->
                  letters.add(
                      new String(letter.headers().lastHeader("headroom-reason").value(), UTF_8)),
              status,
              new TokenBucket(100, 0, () -> 0),
              new TokenBucket(1_000_000, 0, () -> 0)));

  @Test
  void eachRecordIsCountedByItsVerdictAndTheRefusedBecomeLetters() {
    // When
    List<Outcome> outcomes =
        List.of(
            APPLIED,
            APPLIED,
            LATE,
            new Outcome.Refused(LimitKind.JOBS),
            APPLIED,
            new Outcome.Failed(new IllegalStateException("a bug")));
    report.report(outcomes.stream().map(_ -> record()).toList(), outcomes);

    // Then
    assertThat(OutcomeCounts.of(status))
        .isEqualTo(Map.of("applied", 3L, "late", 1L, "rejected", 2L));
    assertThat(letters).containsExactly("over the bound on jobs", "could not be folded");
  }

  @Test
  void aJobThatEndedTeaches() {
    // When
    report.report(
        List.of(record()), List.of(new Outcome.JobEnded(run.ends(RunOutcome.COMPLETED).job())));

    // Then
    assertThat(lessons.history()).hasSize(1);
    assertThat(OutcomeCounts.of(status)).isEqualTo(Map.of("applied", 1L));
  }

  @Test
  void onlyWhatWasAppliedHasADelay() {
    // Given samples of 2 s and 8 s ago
    List<Arrival> arrivals = List.of(sample(8), sample(2), sample(8));

    // When
    report.recordDelays(
        arrivals,
        List.of(APPLIED, APPLIED, LATE),
        SnapshotBuilder.START.plusSeconds(10).toEpochMilli());

    // Then
    assertThat(status.delays().sum()).isEqualTo(10.0);
    assertThat(status.delays().counts().stream().mapToLong(Long::longValue).sum()).isEqualTo(2);
  }

  private static Arrival sample(long second) {
    return new Arrival.Received(
        new MemorySampled(
            SnapshotBuilder.sample("a", "GPU-1", second).allocated(new MemorySize(1)).build()),
        0);
  }

  private static ConsumerRecord<byte[], byte[]> record() {
    return new ConsumerRecord<>("a-topic", 0, 7, new byte[] {1}, new byte[] {2});
  }
}

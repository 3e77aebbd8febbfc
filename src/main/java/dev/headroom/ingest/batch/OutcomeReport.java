package dev.headroom.ingest.batch;

import dev.headroom.ledger.Arrival;
import dev.headroom.ledger.Arrival.Received;
import dev.headroom.ledger.Outcome;
import dev.headroom.ledger.Verdict;
import dev.headroom.ledger.event.MemorySampled;
import dev.headroom.ledger.state.JobState;
import dev.headroom.live.LedgerKeeper;
import dev.headroom.sample.MemorySample;
import dev.headroom.status.IngestStatus;
import dev.headroom.status.RecordOutcome;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jboss.logging.Logger;

/// Acts on what became of the records of one topic: counts it, sends dead letters, and has jobs
/// that ended teach. Of one thread.
final class OutcomeReport {

  private static final Logger LOG = Logger.getLogger(OutcomeReport.class);

  private final String topic;
  private final Learning learning;
  private final LedgerKeeper keeper;
  private final IngestStatus status;
  private final DeadLetters deadLetters;

  OutcomeReport(
      String topic,
      Learning learning,
      LedgerKeeper keeper,
      IngestStatus status,
      DeadLetters deadLetters) {
    this.topic = topic;
    this.learning = learning;
    this.keeper = keeper;
    this.status = status;
    this.deadLetters = deadLetters;
  }

  /// Counts the records in runs of one verdict, since most have the same.
  void report(List<ConsumerRecord<byte[], byte[]>> records, List<Outcome> outcomes) {
    Verdict last = Verdict.APPLIED;
    long count = 0;
    for (int i = 0; i < outcomes.size(); i++) {
      Outcome outcome = outcomes.get(i);
      Verdict verdict = outcome.verdict();
      if (verdict != last) {
        status.recordOutcome(topic, RecordOutcome.of(last), count);
        last = verdict;
        count = 0;
      }
      count++;
      if (!(outcome instanceof Outcome.Judged)) {
        report(records.get(i), outcome);
      }
    }
    status.recordOutcome(topic, RecordOutcome.of(last), count);
  }

  private void report(ConsumerRecord<byte[], byte[]> record, Outcome outcome) {
    switch (outcome) {
      case Outcome.Refused(var limit) ->
          deadLetters.send(record, "over the bound on " + limit.wireName());
      case Outcome.Failed(RuntimeException cause) -> {
        LOG.errorf(cause, "a bug: %s %d@%d", topic, record.partition(), record.offset());
        deadLetters.send(record, "could not be folded");
      }
      case Outcome.JobEnded(JobState job) -> learning.ended(job, keeper.snapshot());
      case Outcome.Judged _, Outcome.Assigned _, Outcome.Expired _ -> {
        // The verdict says it all.
      }
    }
  }

  /// How long the applied samples were on their way.
  ///
  /// @param now by the monitor's own clock, milliseconds since 1970
  void recordDelays(List<Arrival> arrivals, List<Outcome> outcomes, long now) {
    var delays = new long[arrivals.size()];
    int applied = 0;
    for (int i = 0; i < delays.length; i++) {
      if (outcomes.get(i).verdict() == Verdict.APPLIED
          && arrivals.get(i) instanceof Received(MemorySampled(MemorySample sample), _)) {
        delays[applied++] = now - sample.time().toEpochMilli();
      }
    }
    if (applied > 0) {
      status.recordDelays(delays, applied);
    }
  }
}

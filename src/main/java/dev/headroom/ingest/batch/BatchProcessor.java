package dev.headroom.ingest.batch;

import dev.headroom.ledger.EventBatch;
import dev.headroom.ledger.Ledger;
import dev.headroom.ledger.LimitKind;
import dev.headroom.ledger.Snapshot;
import dev.headroom.ledger.Verdict;
import dev.headroom.ledger.event.JobEvent;
import dev.headroom.ledger.event.MemorySampled;
import dev.headroom.live.LedgerKeeper;
import dev.headroom.sample.MemorySample;
import dev.headroom.status.IngestStatus;
import dev.headroom.status.RecordOutcome;
import dev.headroom.wire.Decoded;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.function.ToIntFunction;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Processes the records of one topic in batches: decodes each, folds the events into one new
/// snapshot, counts every record's outcome, and dead-letters what was refused. No record stops it.
/// Of one thread.
public final class BatchProcessor {

  private static final Logger LOG = Logger.getLogger(BatchProcessor.class);

  /// Decodes one record.
  public interface Decoder {
    Decoded decode(ConsumerRecord<byte[], byte[]> record);
  }

  /// Observes every event that was folded, while the ledger is locked.
  public interface EventObserver {
    void observed(JobEvent event, Verdict verdict);
  }

  private record Entry(ConsumerRecord<byte[], byte[]> record, JobEvent event) {}

  private final String topic;
  private final Decoder decoder;
  private final ToIntFunction<ConsumerRecord<byte[], byte[]>> partition;
  private final EventObserver observer;
  private final LedgerKeeper keeper;
  private final IngestStatus status;
  private final DeadLetters deadLetters;
  private final InstantSource clock;

  /// @param partition the samples' partition that a record belongs to
  public BatchProcessor(
      String topic,
      Decoder decoder,
      ToIntFunction<ConsumerRecord<byte[], byte[]>> partition,
      EventObserver observer,
      LedgerKeeper keeper,
      IngestStatus status,
      DeadLetters deadLetters,
      InstantSource clock) {
    this.topic = topic;
    this.decoder = decoder;
    this.partition = partition;
    this.observer = observer;
    this.keeper = keeper;
    this.status = status;
    this.deadLetters = deadLetters;
    this.clock = clock;
  }

  /// Takes a batch in; afterwards it is part of the snapshot.
  public void process(Iterable<ConsumerRecord<byte[], byte[]>> records) {
    var entries = new ArrayList<Entry>();
    long malformed = 0;
    for (ConsumerRecord<byte[], byte[]> record : records) {
      switch (decode(record)) {
        case Decoded.Event(JobEvent event) -> entries.add(new Entry(record, event));
        case Decoded.Malformed(String reason) -> {
          malformed++;
          deadLetters.send(record, reason);
        }
      }
    }
    long received = malformed + entries.size();
    if (received == 0) {
      return;
    }
    status.recordReceived(topic, received);
    if (malformed > 0) {
      status.recordOutcome(topic, RecordOutcome.MALFORMED, malformed);
    }
    if (!entries.isEmpty()) {
      count(entries, fold(entries));
    }
  }

  private Decoded decode(ConsumerRecord<byte[], byte[]> record) {
    try {
      return decoder.decode(record);
    } catch (RuntimeException e) {
      LOG.errorf(e, "a bug: %s %d@%d", topic, record.partition(), record.offset());
      return new Decoded.Malformed("could not be read: " + e.getClass().getSimpleName());
    }
  }

  /// What became of a batch.
  ///
  /// @param verdicts one an entry; null where folding it failed, which is a bug
  /// @param bounds of those that were refused, in their order
  private record Folded(List<@Nullable Verdict> verdicts, Queue<LimitKind> bounds) {}

  private Folded fold(List<Entry> entries) {
    try {
      return keeper.change(
          snapshot -> {
            var verdicts = new @Nullable Verdict[entries.size()];
            var bounds = new ArrayDeque<LimitKind>();
            EventBatch batch = Ledger.begin(snapshot, clock.instant());
            for (int i = 0; i < verdicts.length; i++) {
              Entry entry = entries.get(i);
              verdicts[i] = batch.add(entry.event(), partition.applyAsInt(entry.record()));
              if (verdicts[i] == Verdict.REJECTED) {
                batch.refusedBy().ifPresent(bounds::add);
              }
            }
            Snapshot folded = batch.finish();
            notifyObserver(entries, verdicts);
            recordPredictionErrors(snapshot, folded, entries);
            return new LedgerKeeper.Change<>(folded, new Folded(Arrays.asList(verdicts), bounds));
          });
    } catch (RuntimeException e) {
      LOG.errorf(e, "a bug: a batch of %s cannot be folded; trying record by record", topic);
      return foldSingly(entries);
    }
  }

  private void notifyObserver(List<Entry> entries, @Nullable Verdict[] verdicts) {
    for (int i = 0; i < verdicts.length; i++) {
      Verdict verdict = verdicts[i];
      if (verdict != null) {
        observer.observed(entries.get(i).event(), verdict);
      }
    }
  }

  private void recordPredictionErrors(Snapshot before, Snapshot after, List<Entry> entries) {
    for (Entry entry : entries) {
      if (PredictionErrors.isEnd(entry.event())) {
        PredictionErrors.errors(before, after, entries.stream().map(Entry::event))
            .forEach(status::recordPredictionError);
        return;
      }
    }
  }

  private Folded foldSingly(List<Entry> entries) {
    return keeper.change(
        snapshot -> {
          var verdicts = new @Nullable Verdict[entries.size()];
          var bounds = new ArrayDeque<LimitKind>();
          Snapshot folded = snapshot;
          for (int i = 0; i < verdicts.length; i++) {
            Entry entry = entries.get(i);
            try {
              int at = partition.applyAsInt(entry.record());
              EventBatch batch = Ledger.begin(folded, clock.instant());
              verdicts[i] = batch.add(entry.event(), at);
              folded = batch.finish();
              if (verdicts[i] == Verdict.REJECTED) {
                batch.refusedBy().ifPresent(bounds::add);
              }
            } catch (RuntimeException e) {
              LOG.errorf(e, "a bug: %s cannot be folded", entry.event());
            }
          }
          notifyObserver(entries, verdicts);
          recordPredictionErrors(snapshot, folded, entries);
          return new LedgerKeeper.Change<>(folded, new Folded(Arrays.asList(verdicts), bounds));
        });
  }

  private void count(List<Entry> entries, Folded folded) {
    long now = clock.millis();
    var delays = new long[entries.size()];
    int applied = 0;
    RecordOutcome last = RecordOutcome.APPLIED;
    long records = 0;
    for (int i = 0; i < entries.size(); i++) {
      Entry entry = entries.get(i);
      Verdict verdict = folded.verdicts().get(i);
      RecordOutcome outcome = verdict == null ? RecordOutcome.REJECTED : RecordOutcome.of(verdict);
      if (outcome == RecordOutcome.REJECTED) {
        deadLetters.send(
            entry.record(),
            verdict == null
                ? "could not be folded"
                : "over the bound on " + folded.bounds().remove().wireName());
      } else if (outcome == RecordOutcome.APPLIED
          && entry.event() instanceof MemorySampled(MemorySample sample)) {
        delays[applied++] = now - sample.time().toEpochMilli();
      }
      if (outcome != last) {
        status.recordOutcome(topic, last, records);
        last = outcome;
        records = 0;
      }
      records++;
    }
    status.recordOutcome(topic, last, records);
    if (applied > 0) {
      status.recordDelays(delays, applied);
    }
  }
}

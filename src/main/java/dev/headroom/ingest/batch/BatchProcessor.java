package dev.headroom.ingest.batch;

import dev.headroom.calibration.Observation;
import dev.headroom.ledger.Arrival;
import dev.headroom.ledger.Arrival.Received;
import dev.headroom.ledger.Outcome;
import dev.headroom.ledger.event.ConfigRegistered;
import dev.headroom.ledger.event.JobEvent;
import dev.headroom.ledger.event.JobSummarized;
import dev.headroom.ledger.state.Registration;
import dev.headroom.live.LedgerKeeper;
import dev.headroom.network.LayerConfig;
import dev.headroom.status.IngestStatus;
import dev.headroom.status.Irregularity;
import dev.headroom.status.RecordOutcome;
import dev.headroom.wire.Decoded;
import dev.headroom.wire.RecordDecoder;
import dev.headroom.wire.layerconfig.LayerConfigEncoder;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToIntFunction;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Processes the records of one topic in batches: decodes each, folds the events into one new
/// snapshot, and reports every record's outcome. Refused records become dead letters. No record
/// stops it. Of one thread.
public final class BatchProcessor {

  private static final Logger LOG = Logger.getLogger(BatchProcessor.class);

  /// Good clocks differ by less.
  private static final Duration CLOCKS_DIFFER = Duration.ofSeconds(1);

  private final String topic;
  private final RecordDecoder decoder;
  private final ToIntFunction<ConsumerRecord<byte[], byte[]>> partition;
  private final Learning learning;
  private final LedgerKeeper keeper;
  private final IngestStatus status;
  private final DeadLetters deadLetters;
  private final InstantSource clock;
  private final OutcomeReport report;

  /// @param partition the samples' partition that a record belongs to
  /// @param learning what a layer config costs, and what jobs teach
  public BatchProcessor(
      String topic,
      RecordDecoder decoder,
      ToIntFunction<ConsumerRecord<byte[], byte[]>> partition,
      Learning learning,
      LedgerKeeper keeper,
      IngestStatus status,
      DeadLetters deadLetters,
      InstantSource clock) {
    this.topic = topic;
    this.decoder = decoder;
    this.partition = partition;
    this.learning = learning;
    this.keeper = keeper;
    this.status = status;
    this.deadLetters = deadLetters;
    this.clock = clock;
    this.report = new OutcomeReport(topic, learning, keeper, status, deadLetters);
  }

  /// Processes a batch; afterwards it is part of the snapshot.
  public void process(Iterable<ConsumerRecord<byte[], byte[]>> records) {
    var decoded = new ArrayList<ConsumerRecord<byte[], byte[]>>();
    var arrivals = new ArrayList<Arrival>();
    long received = 0;
    long taught = 0;
    for (ConsumerRecord<byte[], byte[]> record : records) {
      received++;
      switch (decoded(record)) {
        case Decoded.Event(JobEvent event) -> {
          if (event instanceof JobSummarized summary) {
            learning.learn(summary);
          }
          add(record, event, decoded, arrivals);
        }
        case Decoded.Config(LayerConfig config) -> {
          JobEvent registered = registered(config, record);
          if (registered != null) {
            add(record, registered, decoded, arrivals);
          }
        }
        case Decoded.Taught(Observation observation) -> {
          learning.learn(observation);
          taught++;
        }
        case Decoded.Malformed(String reason) -> {
          deadLetters.send(record, reason);
          JobEvent refused = decoder.refused(record.key(), reason);
          if (refused != null) {
            add(record, refused, decoded, arrivals);
          }
        }
      }
    }
    if (received == 0) {
      return;
    }
    long malformed = received - taught - arrivals.size();
    status.recordReceived(topic, received);
    status.recordOutcome(topic, RecordOutcome.APPLIED, taught);
    if (malformed > 0) {
      status.recordOutcome(topic, RecordOutcome.MALFORMED, malformed);
    }
    if (!arrivals.isEmpty()) {
      List<Outcome> outcomes = keeper.fold(arrivals, clock.instant());
      report.report(decoded, outcomes);
      report.recordDelays(arrivals, outcomes, clock.millis());
    }
  }

  private Decoded decoded(ConsumerRecord<byte[], byte[]> record) {
    try {
      return decoder.decode(record.key(), record.value());
    } catch (RuntimeException e) {
      return new Decoded.Malformed(couldNotBeRead(record, e));
    }
  }

  private void add(
      ConsumerRecord<byte[], byte[]> record,
      JobEvent event,
      List<ConsumerRecord<byte[], byte[]>> decoded,
      List<Arrival> arrivals) {
    decoded.add(record);
    arrivals.add(new Received(event, partition.applyAsInt(record)));
  }

  /// Where predicting it fails, which is a bug, its dead letter says so.
  private @Nullable JobEvent registered(LayerConfig config, ConsumerRecord<byte[], byte[]> record) {
    try {
      return new ConfigRegistered(
          new Registration(
              config,
              learning.predict(config),
              LayerConfigEncoder.content(config),
              writtenAt(record)));
    } catch (RuntimeException e) {
      String reason = couldNotBeRead(record, e);
      deadLetters.send(record, reason);
      return decoder.refused(record.key(), reason);
    }
  }

  /// When a record was written, by its producer's clock, but never later than now.
  private Instant writtenAt(ConsumerRecord<byte[], byte[]> record) {
    Instant now = clock.instant();
    if (record.timestamp() < 0) {
      return now;
    }
    Instant said = Instant.ofEpochMilli(record.timestamp());
    if (said.isAfter(now.plus(CLOCKS_DIFFER))) {
      status.recordIrregular(Irregularity.FUTURE_TIMESTAMP);
      LOG.warnf("%s %d@%d is of %s", topic, record.partition(), record.offset(), said);
    }
    return said.isAfter(now) ? now : said;
  }

  private String couldNotBeRead(ConsumerRecord<byte[], byte[]> record, RuntimeException e) {
    LOG.errorf(e, "a bug: %s %d@%d", topic, record.partition(), record.offset());
    return "could not be read: " + e.getClass().getSimpleName();
  }
}

package dev.headroom.ingest;

import dev.headroom.ledger.Snapshot;
import dev.headroom.ledger.state.JobState;
import dev.headroom.live.Calibrations;
import dev.headroom.live.LedgerKeeper;
import dev.headroom.live.Predictions;
import dev.headroom.status.IngestStatus;
import dev.headroom.status.RecordOutcome;
import dev.headroom.wire.plan.GpuCatalogueReader;
import io.quarkus.runtime.configuration.DurationConverter;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BooleanSupplier;

/// One monitor's way in, without the rest of the monitor.
final class IngestReplica implements AutoCloseable {

  final LedgerKeeper keeper;
  final IngestStatus status = new IngestStatus();
  private final PlainChannels channels;
  private final Ingest ingest;

  IngestReplica(Map<String, String> kafka, Map<String, String> settings) {
    this(kafka, settings, InstantSource.system());
  }

  IngestReplica(Map<String, String> kafka, Map<String, String> settings, InstantSource clock) {
    IngestSettings all = settings(settings);
    keeper = new LedgerKeeper(all.limits());
    var clients = new KafkaClients(kafka);
    channels = new PlainChannels(clients);
    ingest =
        new Ingest(
            all,
            clients,
            channels,
            keeper,
            status,
            new Calibrations(GpuCatalogueReader.own(), new Predictions()),
            _ -> {},
            clock);
    ingest.start();
  }

  static IngestSettings settings(Map<String, String> changed) {
    var values = new HashMap<String, String>();
    values.put("headroom.ingest.kafka", "unused");
    changed.forEach((name, value) -> values.put("headroom.ingest." + name, value));
    SmallRyeConfig config =
        new SmallRyeConfigBuilder()
            .withMapping(IngestSettings.class)
            .withConverter(Duration.class, 300, new DurationConverter())
            .withDefaultValues(values)
            .build();
    return config.getConfigMapping(IngestSettings.class);
  }

  boolean isReady() {
    return status.notReadyReason().isEmpty();
  }

  /// How many records of a topic met a fate.
  long met(String topic, RecordOutcome outcome) {
    return status.outcomeCounts().stream()
        .filter(count -> count.topic().equals(topic) && count.outcome() == outcome)
        .mapToLong(IngestStatus.OutcomeCount::records)
        .sum();
  }

  /// Samples counted as applied over all jobs of our own, their earlier owners' word included.
  long applied() {
    Snapshot snapshot = keeper.snapshot();
    var sum = new long[1];
    snapshot
        .jobs()
        .forEach(
            job -> {
              if (snapshot.owns(job)) {
                sum[0] += job.tally().applied();
              }
            });
    return sum[0];
  }

  JobState job(String name) {
    JobState job = keeper.snapshot().jobs().get(name);
    if (job == null) {
      throw new AssertionError("no job " + name);
    }
    return job;
  }

  boolean owns(String name) {
    JobState job = keeper.snapshot().jobs().get(name);
    return job != null && keeper.snapshot().owns(job);
  }

  /// Waits until it holds, and fails if it does not in time.
  static void await(String what, Duration timeout, BooleanSupplier condition) {
    org.awaitility.Awaitility.await(what)
        .atMost(timeout)
        .pollInterval(Duration.ofMillis(50))
        .until(condition::getAsBoolean);
  }

  @Override
  public void close() {
    ingest.close();
    channels.close();
  }
}

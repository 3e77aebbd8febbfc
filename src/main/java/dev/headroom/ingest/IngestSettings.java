package dev.headroom.ingest;

import dev.headroom.ledger.LedgerLimits;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.Optional;

/// The settings of ingestion: `headroom.ingest.…`.
@ConfigMapping(prefix = "headroom.ingest")
public interface IngestSettings {

  /// Whether anything is read at all.
  @WithDefault("true")
  boolean enabled();

  /// The bootstrap servers, unless the environment names others.
  String kafka();

  /// The consumer group of the replicas.
  @WithDefault("headroom-monitor")
  String group();

  /// The interval of checkpoints: summaries of changed jobs, with the offsets that they contain.
  @WithDefault("10s")
  Duration checkpoint();

  /// The session timeout of the consumer group: how long after a crash another replica takes over.
  @WithDefault("10s")
  Duration session();

  /// The partitions of the samples' topic, if the monitor creates it.
  @WithDefault("12")
  int samplePartitions();

  /// The partitions of every other topic, if the monitor creates it.
  @WithDefault("3")
  int otherPartitions();

  /// The replication factor of topics that the monitor creates; the brokers' default if not set.
  Optional<Short> replicationFactor();

  /// The retention of the samples' topic, if the monitor creates it.
  @WithDefault("1h")
  Duration sampleRetention();

  /// The burst of dead letters that may be sent at once.

  @WithDefault("20000")
  int deadLetterBurst();

  @WithDefault("500")
  int deadLettersPerSecond();

  /// How long an ended job is still listed.
  @WithDefault("30s")
  Duration endedGrace();

  /// How long without a sample a job or GPU stays listed.
  @WithDefault("15m")
  Duration forgottenAfter();

  /// The most jobs that are listed, of all replicas.
  @WithDefault("20000")
  int maxJobs();

  /// The most ranks × GPUs of one job.
  @WithDefault("8192")
  int maxPlacements();

  @WithDefault("200000")
  int maxGpus();

  /// The ledger's limits as set here.
  default LedgerLimits limits() {
    LedgerLimits normal = LedgerLimits.DEFAULT;
    return new LedgerLimits(
        maxJobs(),
        normal.registrations(),
        normal.layers(),
        maxPlacements(),
        maxGpus(),
        normal.ahead(),
        normal.silent(),
        forgottenAfter(),
        endedGrace());
  }
}

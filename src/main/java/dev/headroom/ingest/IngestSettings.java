package dev.headroom.ingest;

import dev.headroom.ledger.LedgerLimits;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.Optional;

/// What can be set of taking records in: `headroom.ingest.…`.
@ConfigMapping(prefix = "headroom.ingest")
public interface IngestSettings {

  /// Whether anything is read at all.
  @WithDefault("true")
  boolean enabled();

  /// The brokers, where the environment names none.
  String kafka();

  /// The consumer group that the replicas share the samples out in.
  @WithDefault("headroom-monitor")
  String group();

  /// How often what changed is written to the summaries, with the offsets it stands for.
  @WithDefault("10s")
  Duration checkpoint();

  /// After a crash so long passes until another replica takes over.
  @WithDefault("10s")
  Duration session();

  /// Of the samples' topic, where we create it.
  @WithDefault("12")
  int samplePartitions();

  /// Of every other topic, where we create it.
  @WithDefault("3")
  int otherPartitions();

  /// Of every topic, where we create it; the brokers' default if it is not set.
  Optional<Short> replicationFactor();

  /// How long the samples' topic keeps them, where we create it.
  @WithDefault("1h")
  Duration sampleRetention();

  /// Dead letters that may be sent at once, before [#deadLettersPerSecond] holds.
  @WithDefault("20000")
  int deadLetterBurst();

  @WithDefault("500")
  int deadLettersPerSecond();

  /// How long an ended job is still listed.
  @WithDefault("30s")
  Duration endedGrace();

  /// Without a sample for so long, a job or GPU is no longer listed.
  @WithDefault("15m")
  Duration forgottenAfter();

  /// Listed jobs, of all replicas.
  @WithDefault("20000")
  int maxJobs();

  /// Ranks × GPUs of one job.
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

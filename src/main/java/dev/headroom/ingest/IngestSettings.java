package dev.headroom.ingest;

import dev.headroom.ledger.LedgerLimits;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import java.util.Optional;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;

/// The settings of ingestion: `headroom.ingest.…`.
@ConfigMapping(prefix = "headroom.ingest")
public interface IngestSettings {

  /// Whether the monitor reads Kafka at all.
  @WithDefault("true")
  boolean enabled();

  /// The brokers, where `HEADROOM_KAFKA` is not set.
  @WithDefault("127.0.0.1:9092")
  String kafka();

  /// The replicas' consumer group.
  @WithDefault("headroom-monitor")
  String group();

  /// How often changed jobs are written to the summaries, with their offsets.
  @WithDefault("10s")
  @DurationMin(millis = 100)
  @DurationMax(minutes = 10)
  Duration checkpoint();

  /// Session timeout of the group: after a crash, another replica takes over after this time. The
  /// brokers have a range of their own, 6 seconds to 30 minutes as they come.
  @WithDefault("10s")
  @DurationMin(seconds = 1)
  @DurationMax(minutes = 30)
  Duration session();

  /// Partitions of `headroom.memory-samples`, if the monitor creates it.
  @WithDefault("12")
  @Min(1)
  @Max(10_000)
  int samplePartitions();

  /// Partitions of every other topic that the monitor creates.
  @WithDefault("3")
  @Min(1)
  @Max(10_000)
  int otherPartitions();

  /// Replication factor of topics that the monitor creates. Without it, the brokers' default.
  Optional<@Min(1) @Max(32_767) Short> replicationFactor();

  /// Retention of `headroom.memory-samples`, if the monitor creates it.
  @WithDefault("1h")
  @DurationMin(minutes = 1)
  @DurationMax(days = 365)
  Duration sampleRetention();

  /// Dead letters that may be sent at once (a token bucket's size).
  @WithDefault("20000")
  @Min(1)
  @Max(10_000_000)
  int deadLetterBurst();

  /// Dead letters a second after that burst (the bucket's rate).
  @WithDefault("500")
  @Min(1)
  @Max(1_000_000)
  int deadLettersPerSecond();

  /// How long an ended job is still listed.
  @WithDefault("30s")
  @DurationMin(millis = 1)
  @DurationMax(days = 365)
  Duration endedGrace();

  /// A job or GPU without a sample for this long is no longer listed.
  @WithDefault("15m")
  @DurationMin(millis = 1)
  @DurationMax(days = 365)
  Duration forgottenAfter();

  /// Most jobs listed, over all replicas. Samples of more are refused and counted.
  @WithDefault("20000")
  @Min(1)
  @Max(10_000_000)
  int maxJobs();

  /// Most placements (a rank on a GPU) of one job.
  @WithDefault("8192")
  @Min(1)
  @Max(10_000_000)
  int maxPlacements();

  /// Most GPUs listed.
  @WithDefault("200000")
  @Min(1)
  @Max(10_000_000)
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

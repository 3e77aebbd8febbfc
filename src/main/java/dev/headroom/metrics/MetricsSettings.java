package dev.headroom.metrics;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;

/// The settings of the scrape: `headroom.metrics.…`.
@ConfigMapping(prefix = "headroom.metrics")
interface MetricsSettings {

  /// Most job and GPU series in one scrape. Series above it are left out and counted.
  @WithDefault("1000000")
  @Min(0)
  @Max(100_000_000)
  long maxSeries();

  /// Whether each job on each GPU has a series of its own.
  @WithDefault("false")
  boolean perGpu();

  /// Scrapes at a time; the next one gets 503.
  @WithDefault("2")
  @Min(1)
  @Max(64)
  int concurrentScrapes();

  /// Seconds after which a scrape that its client has not read is cut off.
  @WithDefault("30")
  @Min(1)
  @Max(3600)
  int secondsToRead();

  /// The commit of this build, as `headroom_build_info` shows it. The build writes it.
  @WithDefault("unknown")
  String revision();
}

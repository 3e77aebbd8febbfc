package dev.headroom.metrics;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/// The settings of the scrape: `headroom.metrics.…`.
@ConfigMapping(prefix = "headroom.metrics")
interface MetricsSettings {

  /// Series of jobs and GPUs in one scrape; what is above is left out, and counted.
  @WithDefault("1000000")
  long maxSeries();

  /// Whether a job on a GPU has a series of its own.
  @WithDefault("false")
  boolean perGpu();

  /// Scrapes that are answered at a time; the next one gets 503.
  @WithDefault("2")
  int concurrentScrapes();

  /// After so many seconds a scrape that its client has not read is cut off.
  @WithDefault("30")
  int secondsToRead();

  /// The commit that is running.
  @WithDefault("unknown")
  String revision();
}

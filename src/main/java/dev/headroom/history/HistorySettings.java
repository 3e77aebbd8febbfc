package dev.headroom.history;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/// The bounds of what is remembered: `headroom.history.…`.
@ConfigMapping(prefix = "headroom.history")
public interface HistorySettings {

  /// How often each job is looked at.
  @WithDefault("2s")
  Duration period();

  /// Jobs whose last hour is kept; one more gets none.
  @WithDefault("5000")
  int jobs();

  /// Ended runs that are kept; one more takes the place of the oldest.
  @WithDefault("5000")
  int endedRuns();

  /// How long an ended run is kept.
  @WithDefault("7d")
  Duration endedKept();
}

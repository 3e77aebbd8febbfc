package dev.headroom.history;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;

/// The bounds of what is remembered: `headroom.history.…`.
@ConfigMapping(prefix = "headroom.history")
public interface HistorySettings {

  /// How often each job is looked at.
  @WithDefault("2s")
  @DurationMin(millis = 100)
  @DurationMax(minutes = 1)
  Duration period();

  /// Jobs whose last hour is kept, at two and a half to six kilobytes each. One more gets none.
  @WithDefault("5000")
  @Min(0)
  @Max(1_000_000)
  int jobs();

  /// Ended runs that are kept. One more takes the place of the oldest.
  @WithDefault("5000")
  @Min(0)
  @Max(1_000_000)
  int endedRuns();

  /// How long an ended run is kept.
  @WithDefault("7d")
  @DurationMin(seconds = 1)
  @DurationMax(days = 365)
  Duration endedKept();
}

package dev.headroom.api;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;

/// The limits of the API: `headroom.api.…`.
@ConfigMapping(prefix = "headroom.api")
interface ApiSettings {

  /// Predictions and plans at a time; the next one gets 429.
  @WithDefault("4")
  @Min(1)
  @Max(1024)
  int concurrentPredictions();
}

package dev.headroom.api;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/// The limits of the API: `headroom.api.…`.
@ConfigMapping(prefix = "headroom.api")
interface ApiSettings {

  /// Predictions and plans that are worked out at a time; the next one gets 429.
  @WithDefault("4")
  int concurrentPredictions();
}

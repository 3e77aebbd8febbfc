package dev.headroom.api.events;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;

/// The limits of the event stream: `headroom.api.…`.
@ConfigMapping(prefix = "headroom.api")
interface EventSettings {

  /// Clients of the event stream at a time; the next one gets 503.
  @WithDefault("256")
  @Min(0)
  @Max(100_000)
  int eventClients();
}

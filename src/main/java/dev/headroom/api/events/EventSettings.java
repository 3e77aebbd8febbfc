package dev.headroom.api.events;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/// The limits of the event stream: `headroom.api.…`.
@ConfigMapping(prefix = "headroom.api")
interface EventSettings {

  /// Clients that follow the events.
  @WithDefault("256")
  int eventClients();
}

package dev.headroom.management;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.util.OptionalInt;

/// The address of the management port: `headroom.management.…`.
@ConfigMapping(prefix = "headroom.management")
interface ManagementSettings {

  /// The port for `/metrics` and `/q/health` alone; where none is set, the monitor's own port
  /// answers them. 0 is any free port.
  OptionalInt port();

  /// The address that port is bound to.
  @WithDefault("127.0.0.1")
  String host();
}

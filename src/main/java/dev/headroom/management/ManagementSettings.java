package dev.headroom.management;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.util.OptionalInt;

/// The address of the management port: `headroom.management.…`.
@ConfigMapping(prefix = "headroom.management")
interface ManagementSettings {

  /// A second port for `/metrics` and `/q/health` alone. Without it, the monitor's own port answers
  /// them. 0 is any free port.
  @Min(0)
  @Max(65535)
  OptionalInt port();

  /// The address of that second port.
  @WithDefault("127.0.0.1")
  String host();
}

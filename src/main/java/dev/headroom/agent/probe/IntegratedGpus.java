package dev.headroom.agent.probe;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Knows GPUs that have no memory of their own and use the host's, by their names: NVML says only
/// that their memory is not supported.
public final class IntegratedGpus {

  /// The system on a chip of DGX Spark, and those of Jetson modules.
  private static final Pattern NAMES =
      Pattern.compile("\\b(?:GB10|Tegra|Jetson|Xavier|Orin|Thor)\\b", Pattern.CASE_INSENSITIVE);

  private IntegratedGpus() {}

  /// Whether a GPU of that name uses the host's memory.
  ///
  /// @param model as the driver names it
  public static boolean isOne(@Nullable String model) {
    return model != null && NAMES.matcher(model).find();
  }
}

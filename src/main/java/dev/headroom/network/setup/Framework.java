package dev.headroom.network.setup;

import java.util.Arrays;
import java.util.Locale;
import java.util.Set;

/// The framework that trains, as the job names it; version and toolkit empty where unknown.
///
/// @param name `pytorch`, …; empty where unknown
/// @param version such as `2.15.0`; empty where unknown
/// @param cuda the CUDA toolkit's version; empty where unknown
public record Framework(String name, String version, String cuda) {

  public static final Framework UNKNOWN = new Framework("", "", "");

  private static final Set<String> PREALLOCATING =
      Set.of("jax", "jaxlib", "flax", "tensorflow", "keras", "xla");

  /// Whether it takes most of a device at its start, as JAX and TensorFlow do, and what stands on
  /// them: `keras`, `flax` and `pytorch/xla` too.
  public boolean preallocates() {
    return Arrays.stream(name.toLowerCase(Locale.ROOT).split("[^a-z]+"))
        .anyMatch(PREALLOCATING::contains);
  }

  public boolean isKnown() {
    return !name.isEmpty() && !version.isEmpty();
  }
}

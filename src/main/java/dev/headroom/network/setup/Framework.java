package dev.headroom.network.setup;

/// The framework that trains, as the job names it; version and toolkit empty where unknown.
///
/// @param name `pytorch`, …; empty where unknown
/// @param version such as `2.15.0`; empty where unknown
/// @param cuda the CUDA toolkit's version; empty where unknown
public record Framework(String name, String version, String cuda) {

  public static final Framework UNKNOWN = new Framework("", "", "");

  /// Whether it takes most of a device at its start, as JAX and TensorFlow do.
  public boolean preallocates() {
    return name.equalsIgnoreCase("jax") || name.equalsIgnoreCase("tensorflow");
  }

  public boolean isKnown() {
    return !name.isEmpty() && !version.isEmpty();
  }
}

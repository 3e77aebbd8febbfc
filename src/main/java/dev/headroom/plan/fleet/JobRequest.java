package dev.headroom.plan.fleet;

import dev.headroom.network.LayerConfig;

/// A job that wants a place.
///
/// @param name unique among the jobs of a plan
/// @param replicas how many times it shall run at once
/// @param ranks GPUs that one run of it needs
/// @param shares whether it may share a GPU with others that may
public record JobRequest(String name, LayerConfig config, int replicas, int ranks, boolean shares) {

  /// More are planned in parts.
  public static final int MAX_REPLICAS = 100_000;

  public static final int MAX_RANKS = 10_000;

  public JobRequest {
    require(name, "replicas", replicas, MAX_REPLICAS);
    require(name, "ranks", ranks, MAX_RANKS);
  }

  private static void require(String name, String field, int value, int most) {
    if (value < 1 || value > most) {
      throw new IllegalArgumentException(
          "%s: %s is not 1 to %d: %d".formatted(name, field, most, value));
    }
  }
}

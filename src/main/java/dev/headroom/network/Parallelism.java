package dev.headroom.network;

import java.util.Locale;

/// How a job's ranks share the work.
public record Parallelism(Strategy strategy, int worldSize, boolean gradientAsBucketView) {

  public static final Parallelism NONE = new Parallelism(Strategy.NONE, 1, false);

  public Parallelism {
    if (worldSize < 1) {
      throw new IllegalArgumentException("parallelism.world_size < 1: " + worldSize);
    }
  }

  /// What is divided among ranks; pipeline and tensor parallel ranks differ, one config cannot say
  /// how.
  public enum Strategy {
    NONE,
    DDP,
    FSDP,
    ZERO1,
    ZERO2,
    ZERO3,
    PIPELINE,
    TENSOR;

    public String wireName() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}

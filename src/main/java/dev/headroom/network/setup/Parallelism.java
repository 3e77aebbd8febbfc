package dev.headroom.network.setup;

import java.util.List;
import java.util.Locale;

/// How a job's ranks share the work.
///
/// @param wrapped module paths that `fully_shard` was applied to, each a unit of its own; the rest
///     is the root's. Empty where the config does not say it
/// @param reshardAfterForward whether a unit's gathered parameters go when its forward pass is over
/// @param bucketCapMb mebibytes from which on DDP closes a bucket of gradients
public record Parallelism(
    Strategy strategy,
    int worldSize,
    boolean gradientAsBucketView,
    List<String> wrapped,
    boolean reshardAfterForward,
    int bucketCapMb) {

  /// Source: `bucket_cap_mb` in `torch/nn/parallel/distributed.py`.
  public static final int DEFAULT_BUCKET_CAP_MB = 25;

  public static final Parallelism NONE = new Parallelism(Strategy.NONE, 1, false);

  /// One that does not say its units.
  public Parallelism(Strategy strategy, int worldSize, boolean gradientAsBucketView) {
    this(strategy, worldSize, gradientAsBucketView, List.of(), true, DEFAULT_BUCKET_CAP_MB);
  }

  public Parallelism {
    wrapped = List.copyOf(wrapped);
    if (worldSize < 1) {
      throw new IllegalArgumentException("parallelism.world_size < 1: " + worldSize);
    }
    if (bucketCapMb < 1) {
      throw new IllegalArgumentException("parallelism.bucket_cap_mb < 1: " + bucketCapMb);
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

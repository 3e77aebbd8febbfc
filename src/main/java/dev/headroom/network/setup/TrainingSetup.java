package dev.headroom.network.setup;

import java.util.List;

/// How the network is run: everything that a what-if may change without touching a layer.
///
/// @param batchSize samples a rank takes at once
/// @param checkpointing module paths whose forward pass is recomputed in the backward pass
/// @param expandableSegments whether the allocator's segments grow in place:
///     `PYTORCH_CUDA_ALLOC_CONF=expandable_segments:True`
public record TrainingSetup(
    RunMode mode,
    int batchSize,
    Precision precision,
    Optimizer optimizer,
    Gradients gradients,
    Parallelism parallelism,
    List<String> checkpointing,
    boolean expandableSegments) {

  public TrainingSetup {
    if (batchSize < 1) {
      throw new IllegalArgumentException("batch_size < 1: " + batchSize);
    }
    checkpointing = List.copyOf(checkpointing);
  }

  /// Plain float32 training of `batchSize` samples with an optimizer.
  public static TrainingSetup of(int batchSize, Optimizer optimizer) {
    return new TrainingSetup(
        RunMode.TRAINING,
        batchSize,
        Precision.FLOAT32,
        optimizer,
        Gradients.DEFAULT,
        Parallelism.NONE,
        List.of(),
        false);
  }

  public TrainingSetup withBatchSize(int changed) {
    return new TrainingSetup(
        mode,
        changed,
        precision,
        optimizer,
        gradients,
        parallelism,
        checkpointing,
        expandableSegments);
  }

  public TrainingSetup withMode(RunMode changed) {
    return new TrainingSetup(
        changed,
        batchSize,
        precision,
        optimizer,
        gradients,
        parallelism,
        checkpointing,
        expandableSegments);
  }

  public TrainingSetup withPrecision(Precision changed) {
    return new TrainingSetup(
        mode,
        batchSize,
        changed,
        optimizer,
        gradients,
        parallelism,
        checkpointing,
        expandableSegments);
  }

  public TrainingSetup withOptimizer(Optimizer changed) {
    return new TrainingSetup(
        mode,
        batchSize,
        precision,
        changed,
        gradients,
        parallelism,
        checkpointing,
        expandableSegments);
  }

  public TrainingSetup withCheckpointing(List<String> changed) {
    return new TrainingSetup(
        mode, batchSize, precision, optimizer, gradients, parallelism, changed, expandableSegments);
  }

  public TrainingSetup withGradients(Gradients changed) {
    return new TrainingSetup(
        mode,
        batchSize,
        precision,
        optimizer,
        changed,
        parallelism,
        checkpointing,
        expandableSegments);
  }

  public TrainingSetup withParallelism(Parallelism changed) {
    return new TrainingSetup(
        mode,
        batchSize,
        precision,
        optimizer,
        gradients,
        changed,
        checkpointing,
        expandableSegments);
  }

  public TrainingSetup withExpandableSegments(boolean changed) {
    return new TrainingSetup(
        mode, batchSize, precision, optimizer, gradients, parallelism, checkpointing, changed);
  }
}

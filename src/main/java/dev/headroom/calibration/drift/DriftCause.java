package dev.headroom.calibration.drift;

/// Why a job may hold other than its layer config says.
public enum DriftCause {
  /// It trains with another batch size than it declares.
  BATCH_SIZE("batch_size"),
  /// Its inputs are of another size.
  INPUT_RESOLUTION("input_resolution"),
  /// Another optimizer, or another implementation of it.
  OPTIMIZER("optimizer"),
  /// Another number format, or autocast.
  PRECISION("precision"),
  /// Gradients stay between steps: zeroed or accumulated, not set to None.
  GRADIENTS_KEPT("gradients_kept"),
  /// An evaluation runs without `torch.no_grad` and keeps what a backward pass would need.
  EVALUATION_WITH_GRADIENTS("evaluation_with_gradients"),
  /// A second copy of the model is held: an exponential moving average, a teacher.
  SECOND_MODEL("second_model"),
  /// Modules are recomputed though none was declared, or the other way round.
  CHECKPOINTING("checkpointing"),
  /// Gradients are copied into buckets for all-reduce.
  DDP_BUCKETS("ddp_buckets"),
  /// The job holds what it should; another process is on its GPU.
  OTHER_PROCESS("other_process");

  private final String wireName;

  DriftCause(String wireName) {
    this.wireName = wireName;
  }

  /// The name in metrics and JSON.
  public String wireName() {
    return wireName;
  }
}

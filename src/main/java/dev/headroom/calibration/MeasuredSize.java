package dev.headroom.calibration;

/// A size that is measured, and so can be learned.
public enum MeasuredSize {
  /// `torch.cuda.max_memory_allocated`: the allocator's blocks.
  ALLOCATED("allocated"),
  /// `torch.cuda.max_memory_reserved`: the allocator's segments.
  RESERVED("reserved"),
  /// What the driver says that the job's processes hold: reserved, context and libraries.
  PROCESS("process"),
  /// What the driver says that the whole device holds, as `nvidia-smi` shows it.
  DEVICE("device");

  private final String wireName;

  MeasuredSize(String wireName) {
    this.wireName = wireName;
  }

  /// The name in metrics and JSON.
  public String wireName() {
    return wireName;
  }
}

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

  /// Whether the driver says it, and so what the process holds beyond the allocator is in it.
  public boolean isBeyondTheAllocator() {
    return this == PROCESS || this == DEVICE;
  }

  /// The name in metrics and JSON.
  public String wireName() {
    return wireName;
  }
}

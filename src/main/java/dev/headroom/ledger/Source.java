package dev.headroom.ledger;

/// Who measured a sample.
public enum Source {
  /// The driver.
  NVML("nvml"),
  /// The CUDA runtime, from within a process.
  CUDA("cuda"),
  /// The process's own allocator.
  FRAMEWORK("framework");

  private final String wireName;

  Source(String wireName) {
    this.wireName = wireName;
  }

  /// The name in metrics and JSON.
  public String wireName() {
    return wireName;
  }
}

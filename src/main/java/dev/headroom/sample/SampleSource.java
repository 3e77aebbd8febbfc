package dev.headroom.sample;

/// Who measured a sample.
public enum SampleSource {
  /// The driver.
  NVML("nvml"),
  /// The CUDA runtime, from within a process.
  CUDA("cuda"),
  /// The process's own allocator.
  FRAMEWORK("framework");

  private final String wireName;

  SampleSource(String wireName) {
    this.wireName = wireName;
  }

  /// The name in metrics and JSON.
  public String wireName() {
    return wireName;
  }
}

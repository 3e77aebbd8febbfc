package dev.headroom.sample;

/// How a run ended.
public enum RunOutcome {
  COMPLETED("completed"),
  FAILED("failed"),
  OUT_OF_MEMORY("out_of_memory");

  private final String wireName;

  RunOutcome(String wireName) {
    this.wireName = wireName;
  }

  /// The name in metrics and JSON.
  public String wireName() {
    return wireName;
  }
}

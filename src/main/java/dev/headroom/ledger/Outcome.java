package dev.headroom.ledger;

/// How a run ended.
public enum Outcome {
  COMPLETED("completed"),
  FAILED("failed"),
  OUT_OF_MEMORY("out_of_memory");

  private final String wireName;

  Outcome(String wireName) {
    this.wireName = wireName;
  }

  /// The name in metrics and JSON.
  public String wireName() {
    return wireName;
  }
}

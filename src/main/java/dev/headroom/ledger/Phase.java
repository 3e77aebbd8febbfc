package dev.headroom.ledger;

/// What the job says it is doing when a sample is taken.
public enum Phase {
  STARTUP("startup"),
  MODEL_LOADED("model_loaded"),
  FORWARD("forward"),
  BACKWARD("backward"),
  OPTIMIZER_STEP("optimizer_step"),
  IDLE("idle"),
  EVALUATION("evaluation"),
  ENDED("ended");

  private final String wireName;

  Phase(String wireName) {
    this.wireName = wireName;
  }

  /// The name in metrics and JSON.
  public String wireName() {
    return wireName;
  }
}

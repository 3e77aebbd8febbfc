package dev.headroom.sample;

/// The phase of training that a job reports with a sample.
public enum JobPhase {
  STARTUP(0, "startup"),
  MODEL_LOADED(1, "model_loaded"),
  FORWARD(2, "forward"),
  BACKWARD(3, "backward"),
  OPTIMIZER_STEP(4, "optimizer_step"),
  IDLE(5, "idle"),
  EVALUATION(6, "evaluation"),
  ENDED(7, "ended");

  private final int number;
  private final String wireName;

  JobPhase(int number, String wireName) {
    this.number = number;
    this.wireName = wireName;
  }

  /// The name in metrics and JSON.
  public String wireName() {
    return wireName;
  }

  /// The number in metrics; it stays what it is.
  public int number() {
    return number;
  }
}

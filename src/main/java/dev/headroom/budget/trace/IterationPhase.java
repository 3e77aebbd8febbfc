package dev.headroom.budget.trace;

/// The phase of a training iteration in which an event happens.
public enum IterationPhase {
  SETUP("setup"),
  FORWARD("forward"),
  LOSS("loss"),
  BACKWARD("backward"),
  OPTIMIZER_STEP("optimizer_step");

  private final String wireName;

  IterationPhase(String wireName) {
    this.wireName = wireName;
  }

  public String wireName() {
    return wireName;
  }
}

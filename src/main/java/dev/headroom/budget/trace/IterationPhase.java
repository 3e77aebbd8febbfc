package dev.headroom.budget.trace;

/// The part of a training iteration in which something happens.
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

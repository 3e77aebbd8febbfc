package dev.headroom.budget;

/// The part of a training iteration in which something happens.
public enum Phase {
  SETUP("setup"),
  FORWARD("forward"),
  LOSS("loss"),
  BACKWARD("backward"),
  OPTIMIZER_STEP("optimizer_step");

  private final String wireName;

  Phase(String wireName) {
    this.wireName = wireName;
  }

  public String wireName() {
    return wireName;
  }
}

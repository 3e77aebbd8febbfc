package dev.headroom.network.setup;

/// What a job does with its network.
public enum RunMode {
  TRAINING("training"),
  INFERENCE("inference");

  private final String wireName;

  RunMode(String wireName) {
    this.wireName = wireName;
  }

  public String wireName() {
    return wireName;
  }
}

package dev.headroom.network;

/// What a job does with its network.
public enum Mode {
  TRAINING("training"),
  INFERENCE("inference");

  private final String wireName;

  Mode(String wireName) {
    this.wireName = wireName;
  }

  public String wireName() {
    return wireName;
  }
}

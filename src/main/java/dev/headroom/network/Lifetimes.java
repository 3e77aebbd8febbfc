package dev.headroom.network;

/// How it is known until when a forward pass holds a value.
public enum Lifetimes {
  /// Somebody looked: a value goes after its last use unless its layer says `held_until`.
  OBSERVED("observed"),
  /// Nobody looked: every module call is taken to hold its arguments until it returns.
  ASSUMED("assumed");

  private final String wireName;

  Lifetimes(String wireName) {
    this.wireName = wireName;
  }

  public String wireName() {
    return wireName;
  }
}

package dev.headroom.budget;

/// How far a budget can be trusted.
public enum Confidence {
  /// By rules that were checked to the byte against the framework's own allocations.
  EXACT("exact"),
  /// By published formulas or assumptions; the reasons say which.
  MODELLED("modelled"),
  /// Not predicted; the reasons say why.
  UNSUPPORTED("unsupported");

  private final String wireName;

  Confidence(String wireName) {
    this.wireName = wireName;
  }

  public String wireName() {
    return wireName;
  }
}

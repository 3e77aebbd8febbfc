package dev.headroom.triage;

/// How badly a job needs somebody, the worst first.
public enum Severity {
  /// It died of memory, or will within minutes.
  CRITICAL("critical"),
  /// An alert says the same, or will after its waiting time.
  WARNING("warning"),
  /// Worth a look; nothing is at risk by it.
  NOTICE("notice"),
  FINE("fine");

  private final String wireName;

  Severity(String wireName) {
    this.wireName = wireName;
  }

  /// The name in JSON.
  public String wireName() {
    return wireName;
  }
}

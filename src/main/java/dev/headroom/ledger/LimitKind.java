package dev.headroom.ledger;

/// Which bound of the ledger refused an event.
public enum LimitKind {
  /// Listed jobs.
  JOBS("jobs"),
  /// Ranks × GPUs of one job.
  PLACEMENTS("placements"),
  /// Remembered configurations, and their layers.
  REGISTRATIONS("registrations"),
  /// Known GPUs.
  GPUS("gpus");

  private final String wireName;

  LimitKind(String wireName) {
    this.wireName = wireName;
  }

  /// The name in metrics.
  public String wireName() {
    return wireName;
  }
}

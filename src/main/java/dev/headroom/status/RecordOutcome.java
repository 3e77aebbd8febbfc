package dev.headroom.status;

import dev.headroom.ledger.Verdict;

/// The outcome of a record.
public enum RecordOutcome {
  APPLIED("applied"),
  DUPLICATE("duplicate"),
  LATE("late"),
  SKEWED("skewed"),
  MALFORMED("malformed"),
  REJECTED("rejected"),
  /// Not of a record: a job that was restored from its last owner's word. Stands beside the others.
  RESTORED("restored");

  private final String wireName;

  RecordOutcome(String wireName) {
    this.wireName = wireName;
  }

  /// The name in metrics.
  public String wireName() {
    return wireName;
  }

  /// The fate of a record that was folded.
  public static RecordOutcome of(Verdict verdict) {
    return switch (verdict) {
      case APPLIED -> APPLIED;
      case DUPLICATE -> DUPLICATE;
      case LATE -> LATE;
      case SKEWED -> SKEWED;
      case REJECTED -> REJECTED;
      case MALFORMED -> MALFORMED;
    };
  }
}

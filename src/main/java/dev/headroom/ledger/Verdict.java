package dev.headroom.ledger;

/// What an event did to the ledger.
public enum Verdict {
  /// It changed the ledger.
  APPLIED("applied"),
  /// It was known already; nothing changed.
  DUPLICATE("duplicate"),
  /// Something newer was known, or it is of an older run; nothing changed.
  LATE("late"),
  /// Its time is so far ahead that its clock is wrong; nothing changed.
  SKEWED("skewed"),
  /// A bound of the ledger refused it; nothing changed.
  REJECTED("rejected"),
  /// It is not of the contract; of a job's config, the ledger keeps the reason.
  MALFORMED("malformed");

  private final String wireName;

  Verdict(String wireName) {
    this.wireName = wireName;
  }

  /// The name in metrics.
  public String wireName() {
    return wireName;
  }
}

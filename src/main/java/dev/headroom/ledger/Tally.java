package dev.headroom.ledger;

/// How many of a job's samples met which verdict, over all its runs and owners.
public record Tally(long applied, long duplicate, long late, long skewed) {

  static final Tally NONE = new Tally(0, 0, 0, 0);

  Tally plus(Verdict verdict) {
    return switch (verdict) {
      case APPLIED -> new Tally(applied + 1, duplicate, late, skewed);
      case DUPLICATE -> new Tally(applied, duplicate + 1, late, skewed);
      case LATE -> new Tally(applied, duplicate, late + 1, skewed);
      case SKEWED -> new Tally(applied, duplicate, late, skewed + 1);
      case REJECTED -> this;
    };
  }
}

package dev.headroom.ledger;

/// How many of a job's samples met which verdict, over all its runs and owners.
public record Tally(long applied, long duplicate, long late, long skewed) {

  static final Tally NONE = new Tally(0, 0, 0, 0);
}

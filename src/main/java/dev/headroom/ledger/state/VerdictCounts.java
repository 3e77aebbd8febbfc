package dev.headroom.ledger.state;

/// How many of a job's samples got which verdict, over all its runs and owners.
public record VerdictCounts(long applied, long duplicate, long late, long skewed) {

  public static final VerdictCounts NONE = new VerdictCounts(0, 0, 0, 0);
}

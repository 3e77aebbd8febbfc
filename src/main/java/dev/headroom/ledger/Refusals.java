package dev.headroom.ledger;

/// How often each bound of the ledger refused something.
public record Refusals(long jobs, long placements, long registrations, long gpus) {

  static final Refusals NONE = new Refusals(0, 0, 0, 0);
}

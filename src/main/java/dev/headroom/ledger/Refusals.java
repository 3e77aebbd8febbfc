package dev.headroom.ledger;

/// How often each bound of the ledger refused something.
public record Refusals(long jobs, long placements, long registrations, long gpus) {

  static final Refusals NONE = new Refusals(0, 0, 0, 0);

  Refusals plus(Bound bound) {
    return switch (bound) {
      case JOBS -> new Refusals(jobs + 1, placements, registrations, gpus);
      case PLACEMENTS -> new Refusals(jobs, placements + 1, registrations, gpus);
      case REGISTRATIONS -> new Refusals(jobs, placements, registrations + 1, gpus);
      case GPUS -> new Refusals(jobs, placements, registrations, gpus + 1);
    };
  }
}

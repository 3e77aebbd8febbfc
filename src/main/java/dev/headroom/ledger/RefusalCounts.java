package dev.headroom.ledger;

/// How many events each bound of the ledger refused.
public record RefusalCounts(long jobs, long placements, long registrations, long gpus) {

  static final RefusalCounts NONE = new RefusalCounts(0, 0, 0, 0);

  RefusalCounts plus(LimitKind bound) {
    return switch (bound) {
      case JOBS -> new RefusalCounts(jobs + 1, placements, registrations, gpus);
      case PLACEMENTS -> new RefusalCounts(jobs, placements + 1, registrations, gpus);
      case REGISTRATIONS -> new RefusalCounts(jobs, placements, registrations + 1, gpus);
      case GPUS -> new RefusalCounts(jobs, placements, registrations, gpus + 1);
    };
  }
}

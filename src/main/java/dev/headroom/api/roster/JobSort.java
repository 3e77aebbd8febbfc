package dev.headroom.api.roster;

import dev.headroom.budget.Budget;
import dev.headroom.ledger.state.JobState;
import dev.headroom.triage.Triage;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;
import java.util.function.Function;

/// By what jobs are ordered: the one that needs a look first, and equal ones by name. What is
/// unknown comes last, in either direction.
public enum JobSort {
  /// The most severe first; of those the soonest to fill its GPU, then the one most above budget.
  SEVERITY("severity"),
  NAME("name"),
  STATE("state"),
  /// The one most above its budget first.
  DRIFT("drift"),
  /// The one that holds most first.
  MEASURED("measured"),
  /// The one predicted to hold most first.
  PREDICTED("predicted"),
  /// The one with the fullest GPU first.
  HEADROOM("headroom"),
  /// The one whose GPU is full soonest first.
  CAPACITY("time_to_capacity"),
  /// The one silent longest first.
  LAST_SAMPLE("last_sample");

  private static final Comparator<RosterEntry> BY_NAME =
      Comparator.comparing(entry -> entry.job().job());

  private final String wireName;

  JobSort(String wireName) {
    this.wireName = wireName;
  }

  /// The name in a query.
  public String wireName() {
    return wireName;
  }

  /// @param reversed the other way round; names break ties as before
  Comparator<RosterEntry> order(boolean reversed) {
    Comparator<RosterEntry> order =
        switch (this) {
          case SEVERITY -> severity(reversed);
          case NAME -> by(entry -> Optional.of(entry.job().job()), reversed);
          case STATE -> by(entry -> Optional.of(entry.triage().status()), reversed);
          case DRIFT -> by(JobSort::drift, !reversed);
          case MEASURED -> by(RosterEntry::held, !reversed);
          case PREDICTED -> by(JobSort::predicted, !reversed);
          case HEADROOM -> by(RosterEntry::free, reversed);
          case CAPACITY -> by(JobSort::left, reversed);
          case LAST_SAMPLE -> by(JobSort::lastSample, reversed);
        };
    return order.thenComparing(BY_NAME);
  }

  private static Comparator<RosterEntry> severity(boolean reversed) {
    return by(entry -> Optional.of(entry.triage().severity()), reversed)
        .thenComparing(by(JobSort::left, reversed))
        .thenComparing(by(entry -> entry.triage().concerns().stream().findFirst(), reversed))
        .thenComparing(by(JobSort::drift, !reversed));
  }

  private static <T extends Comparable<T>> Comparator<RosterEntry> by(
      Function<RosterEntry, Optional<T>> value, boolean descending) {
    Comparator<T> natural = Comparator.naturalOrder();
    Comparator<T> order = descending ? natural.reversed() : natural;
    return (one, other) -> {
      Optional<T> left = value.apply(one);
      Optional<T> right = value.apply(other);
      if (left.isEmpty() || right.isEmpty()) {
        return Boolean.compare(left.isEmpty(), right.isEmpty());
      }
      return order.compare(left.orElseThrow(), right.orElseThrow());
    };
  }

  private static Optional<Double> drift(RosterEntry entry) {
    return entry.triage().drift().map(worst -> worst.drift().ratio());
  }

  private static Optional<Long> predicted(RosterEntry entry) {
    return entry.job().budget().map(Budget::peak).map(peak -> peak.device().bytes());
  }

  private static Optional<Duration> left(RosterEntry entry) {
    Triage triage = entry.triage();
    return triage.timeToCapacity();
  }

  private static Optional<Instant> lastSample(RosterEntry entry) {
    JobState job = entry.job();
    return Optional.ofNullable(job.lastSample());
  }
}

package dev.headroom.history;

import dev.headroom.ledger.Snapshot;
import dev.headroom.triage.Triage;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// The last hour of every job, as far as the bound reaches. One thread records, any may read.
@Singleton
public final class JobHistories {

  private final int most;
  private final Map<String, JobHistory> histories = new ConcurrentHashMap<>();

  public JobHistories(HistorySettings settings) {
    this.most = settings.jobs();
  }

  /// The last hour of one job.
  ///
  /// @param since when it was first looked at: what was before is not known here
  public record Past(Instant since, List<HistoryPoint> points, List<HistoryEvent> events) {

    public Past {
      points = List.copyOf(points);
      events = List.copyOf(events);
    }
  }

  /// Looks at every job. A job beyond the bound gets no history until another's is over an hour
  /// old.
  void record(Snapshot snapshot, Instant now) {
    histories.values().removeIf(history -> history.isOld(now));
    snapshot
        .jobs()
        .forEach(
            job -> {
              JobHistory history = histories.get(job.job());
              if (history == null && job.firstSample() != null && histories.size() < most) {
                history = new JobHistory(now);
                histories.put(job.job(), history);
              }
              if (history != null) {
                history.record(job, Triage.of(job, snapshot, Set.of()), now);
              }
            });
  }

  /// How many jobs have one.
  public int size() {
    return histories.size();
  }

  /// Empty where the job is not known, or beyond the bound.
  public Optional<Past> of(String job, Instant now) {
    return Optional.ofNullable(histories.get(job))
        .map(history -> new Past(history.since(), history.points(now), history.events()));
  }

  /// What happened to a job, the oldest first.
  public List<HistoryEvent> events(String job) {
    JobHistory history = histories.get(job);
    return history == null ? List.of() : history.events();
  }
}

package dev.headroom.history;

import dev.headroom.ledger.Snapshot;
import dev.headroom.ledger.state.GpuState;
import dev.headroom.ledger.state.JobState;
import dev.headroom.ledger.state.Placement;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// The runs that ended, for days: those of the summaries' topic, which outlive the monitor, and
/// those that it saw itself. Thread-safe.
@Singleton
public final class EndedRuns {

  private static final Comparator<EndedRun> OLDEST_FIRST =
      Comparator.comparing(EndedRun::endedAt)
          .thenComparing(run -> run.state().job())
          .thenComparing(run -> Objects.requireNonNullElse(run.state().run(), ""));

  private final int most;
  private final Duration kept;
  private final Map<RunName, EndedRun> runs = new HashMap<>();
  private final TreeSet<EndedRun> byAge = new TreeSet<>(OLDEST_FIRST);

  private long changes;

  private record RunName(String job, @Nullable String run) {

    static RunName of(JobState job) {
      return new RunName(job.job(), job.run());
    }
  }

  public EndedRuns(HistorySettings settings) {
    this.most = settings.endedRuns();
    this.kept = settings.endedKept();
  }

  /// Takes in a job's summary; one of a run that goes on changes nothing.
  public synchronized void record(JobState job, Instant now) {
    record(job, null, now);
  }

  /// Looks at every job: which ended, and which runs were replaced by another.
  synchronized void record(Snapshot snapshot, Instant now) {
    snapshot
        .jobs()
        .forEach(
            job -> {
              if (job.endedAt() != null) {
                record(job, gpuModel(job, snapshot), now);
              }
              JobState before = job.replaced();
              if (before != null && isAnother(before, job)) {
                record(before, job, gpuModel(before, snapshot), now);
              }
            });
    Instant oldest = now.minus(kept);
    while (!byAge.isEmpty() && byAge.first().endedAt().isBefore(oldest)) {
      remove(byAge.first());
    }
  }

  private static boolean isAnother(JobState before, JobState job) {
    return before.run() != null && job.run() != null && !before.run().equals(job.run());
  }

  private void record(JobState before, JobState job, @Nullable String gpuModel, Instant now) {
    if (before.endedAt() == null) {
      Instant at = Objects.requireNonNullElse(job.began(), now);
      put(EndedRun.replaced(before, at, gpuModel), now);
    } else {
      record(before, gpuModel, now);
    }
  }

  private void record(JobState job, @Nullable String gpuModel, Instant now) {
    Instant endedAt = job.endedAt();
    if (endedAt != null) {
      put(EndedRun.ended(job, endedAt, gpuModel), now);
    }
  }

  private void put(EndedRun run, Instant now) {
    boolean isFull = !runs.isEmpty() && runs.size() >= most;
    boolean isOlderThanAll = isFull && OLDEST_FIRST.compare(run, byAge.first()) < 0;
    if (isOlderThanAll || run.endedAt().isBefore(now.minus(kept))) {
      return;
    }
    RunName name = RunName.of(run.state());
    EndedRun before = runs.get(name);
    if (before != null) {
      if (before.equals(run) || run.outcome().equals(EndedRun.REPLACED)) {
        return;
      }
      byAge.remove(before);
    }
    String gpuModel = run.gpuModel() == null && before != null ? before.gpuModel() : run.gpuModel();
    var known = new EndedRun(run.state(), run.outcome(), run.endedAt(), gpuModel);
    runs.put(name, known);
    byAge.add(known);
    changes++;
    if (runs.size() > most) {
      remove(byAge.first());
    }
  }

  private void remove(EndedRun run) {
    byAge.remove(run);
    runs.remove(RunName.of(run.state()));
    changes++;
  }

  private static @Nullable String gpuModel(JobState job, Snapshot snapshot) {
    return job.placements().stream()
        .map(Placement::gpu)
        .map(gpu -> snapshot.gpus().get(gpu))
        .filter(Objects::nonNull)
        .map(GpuState::sample)
        .map(sample -> sample.model())
        .filter(Objects::nonNull)
        .findFirst()
        .orElse(null);
  }

  /// All of them, the newest first.
  public synchronized List<EndedRun> newestFirst() {
    return new ArrayList<>(byAge.descendingSet());
  }

  /// Those of one job, the newest first.
  public synchronized List<EndedRun> of(String job) {
    return byAge.descendingSet().stream().filter(run -> run.state().job().equals(job)).toList();
  }

  /// The newest of one job.
  public synchronized Optional<EndedRun> newest(String job) {
    return of(job).stream().findFirst();
  }

  public synchronized int size() {
    return runs.size();
  }

  /// Differs whenever anything changed.
  public synchronized long changes() {
    return changes;
  }
}

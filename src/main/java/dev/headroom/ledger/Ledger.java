package dev.headroom.ledger;

import dev.headroom.ledger.state.GpuState;
import dev.headroom.ledger.state.JobState;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.function.BiConsumer;

/// The fold of the live state: events and time make the next snapshot of the last one. Pure.
///
/// ```java
/// EventBatch batch = Ledger.begin(snapshot, now);
/// Verdict verdict = batch.add(new MemorySampled(sample), partition);
/// Snapshot next = batch.finish(); // snapshot is as it was
/// ```
public final class Ledger {

  private Ledger() {}

  /// The ledger without what expired.
  ///
  /// @param forgotten the jobs of our own that fell silent and are no longer listed
  public record Expired(Snapshot snapshot, List<String> forgotten) {

    public Expired {
      forgotten = List.copyOf(forgotten);
    }
  }

  /// Begins a batch of events that are folded together.
  public static EventBatch begin(Snapshot snapshot, Instant now) {
    return new EventBatch(snapshot, now);
  }

  /// Removes jobs and GPUs that ended or fell silent long enough ago.
  public static Expired expired(Snapshot snapshot, Instant now) {
    LedgerLimits limits = snapshot.limits();
    var jobs = snapshot.jobs().edit();
    var gpus = snapshot.gpus().edit();
    var forgotten = new ArrayList<String>();
    Instant ended = now.minus(limits.grace());
    Instant silent = now.minus(limits.forgotten());
    snapshot
        .jobs()
        .forEach(
            job -> {
              if (job.endedAt() != null) {
                if (job.endedAt().isBefore(ended)) {
                  jobs.remove(job.job());
                }
              } else if (job.seenAt().isBefore(silent)) {
                jobs.remove(job.job());
                if (snapshot.owns(job)) {
                  forgotten.add(job.job());
                }
              }
            });
    snapshot
        .gpus()
        .forEach(
            gpu -> {
              if (gpu.seenAt().isBefore(silent)) {
                gpus.remove(gpu.sample().gpu());
              }
            });
    return new Expired(snapshot.with(jobs.finish(), gpus.finish(), now), forgotten);
  }

  /// Shifts all times by the step that the clock was set by, so that every age stays the same.
  public static Snapshot shifted(Snapshot snapshot, Duration by, Instant now) {
    var jobs = snapshot.jobs().edit();
    var gpus = snapshot.gpus().edit();
    snapshot.jobs().forEach(job -> jobs.put(job.job(), job.shifted(by)));
    snapshot
        .gpus()
        .forEach(
            gpu ->
                gpus.put(
                    gpu.sample().gpu(),
                    new GpuState(gpu.sample(), gpu.partition(), gpu.seenAt().plus(by))));
    return snapshot.with(jobs.finish(), gpus.finish(), now);
  }

  /// A partition was assigned to this replica: its jobs, restored from their summaries, are live.
  public static Snapshot assigned(Snapshot snapshot, int partition, Instant now) {
    return owning(
        snapshot, partition, true, now, (jobs, job) -> jobs.put(job.job(), job.heard(now, null)));
  }

  /// A partition was revoked from this replica, and its jobs' summaries are written: they are shown
  /// as of now until their next owner writes newer ones.
  public static Snapshot revoked(Snapshot snapshot, int partition, Instant now) {
    return owning(
        snapshot,
        partition,
        false,
        now,
        (jobs, job) -> jobs.put(job.job(), job.heard(job.seenAt(), now)));
  }

  /// A partition was lost: another replica may have folded newer samples of its jobs, so they go
  /// until their summaries are read again.
  public static Snapshot lost(Snapshot snapshot, int partition, Instant now) {
    return owning(snapshot, partition, false, now, (jobs, job) -> jobs.remove(job.job()));
  }

  private static Snapshot owning(
      Snapshot snapshot,
      int partition,
      boolean isOwned,
      Instant now,
      BiConsumer<PersistentMap.Editor<JobState>, JobState> change) {
    var jobs = snapshot.jobs().edit();
    snapshot
        .jobs()
        .forEach(
            job -> {
              if (job.partition() == partition) {
                change.accept(jobs, job);
              }
            });
    var owned = new HashSet<>(snapshot.owned());
    if (isOwned) {
      owned.add(partition);
    } else {
      owned.remove(partition);
    }
    return snapshot.with(jobs.finish(), owned, now);
  }
}

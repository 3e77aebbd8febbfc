package dev.headroom.ledger;

import dev.headroom.ledger.Arrival.PartitionAssigned;
import dev.headroom.ledger.condition.RefusedConfig;
import dev.headroom.ledger.state.GpuState;
import dev.headroom.ledger.state.JobState;
import dev.headroom.ledger.state.Registration;
import dev.headroom.ledger.state.SampleOffset;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The fold of the live state: arrivals and a time make the next snapshot of the last one. Pure.
///
/// ```java
/// var sampled = new Arrival.Received(new MemorySampled(sample), partition);
/// Ledger.Folded folded = Ledger.fold(snapshot, List.of(sampled), now);
/// folded.snapshot(); // the next one; snapshot is as it was
/// folded.outcomes(); // one for each arrival, in their order
/// ```
public final class Ledger {

  private static final Outcome APPLIED = new Outcome.Judged(Verdict.APPLIED);

  private Ledger() {}

  /// The ledger after some arrivals.
  ///
  /// @param outcomes one for each arrival, in their order
  public record Folded(Snapshot snapshot, List<Outcome> outcomes) {}

  private record Step(Snapshot snapshot, Outcome outcome) {}

  /// Folds arrivals, one after the other. One that cannot be folded changes nothing, and its
  /// outcome says so; the others are folded.
  ///
  /// @param now by the monitor's own clock
  public static Folded fold(Snapshot snapshot, List<Arrival> arrivals, Instant now) {
    try {
      return together(snapshot, arrivals, now);
    } catch (RuntimeException _) {
      return singly(snapshot, arrivals, now);
    }
  }

  /// Events in a row share one batch, so that a job is copied once and not for each of them.
  private static Folded together(Snapshot snapshot, List<Arrival> arrivals, Instant now) {
    var outcomes = new ArrayList<Outcome>(arrivals.size());
    Snapshot folded = snapshot;
    @Nullable EventBatch batch = null;
    for (Arrival arrival : arrivals) {
      if (arrival instanceof Arrival.Received received) {
        if (batch == null) {
          batch = new EventBatch(folded, now);
        }
        outcomes.add(batch.add(received.event(), received.partition()));
      } else {
        Step step = step(batch == null ? folded : batch.finish(), arrival, now);
        batch = null;
        folded = step.snapshot();
        outcomes.add(step.outcome());
      }
    }
    return new Folded(batch == null ? folded : batch.finish(), outcomes);
  }

  private static Folded singly(Snapshot snapshot, List<Arrival> arrivals, Instant now) {
    var outcomes = new ArrayList<Outcome>(arrivals.size());
    Snapshot folded = snapshot;
    for (Arrival arrival : arrivals) {
      try {
        Step step = step(folded, arrival, now);
        folded = step.snapshot();
        outcomes.add(step.outcome());
      } catch (RuntimeException e) {
        outcomes.add(new Outcome.Failed(e));
      }
    }
    return new Folded(folded, outcomes);
  }

  private static Step step(Snapshot snapshot, Arrival arrival, Instant now) {
    return switch (arrival) {
      case Arrival.Received received -> {
        var batch = new EventBatch(snapshot, now);
        Outcome outcome = batch.add(received.event(), received.partition());
        yield new Step(batch.finish(), outcome);
      }
      case PartitionAssigned assigned -> assigned(snapshot, assigned, now);
      case Arrival.PartitionRevoked(int partition) -> revoked(snapshot, partition, now);
      case Arrival.PartitionLost(int partition) -> lost(snapshot, partition, now);
      case Arrival.Calibrated(Map<String, Registration> registrations) ->
          calibrated(snapshot, registrations, now);
      case Arrival.TimePassed _ -> expired(snapshot, now);
      case Arrival.ClockSet(Duration by) -> shifted(snapshot, by, now);
    };
  }

  private static Step assigned(Snapshot snapshot, PartitionAssigned assigned, Instant now) {
    var jobs = snapshot.jobs().edit();
    var offsets = new HashMap<String, SampleOffset>();
    for (JobState job : of(snapshot, assigned.partition())) {
      jobs.put(job.job(), job.heard(now, null));
      SampleOffset offset = job.summaryOffset();
      if (offset != null) {
        offsets.put(job.job(), offset);
      }
    }
    var owned = new HashSet<>(snapshot.owned());
    owned.add(assigned.partition());
    return new Step(snapshot.with(jobs.finish(), owned, now), new Outcome.Assigned(offsets));
  }

  private static Step revoked(Snapshot snapshot, int partition, Instant now) {
    var jobs = snapshot.jobs().edit();
    for (JobState job : of(snapshot, partition)) {
      jobs.put(job.job(), job.heard(job.seenAt(), now));
    }
    return new Step(disowned(snapshot, jobs.finish(), partition, now), APPLIED);
  }

  private static Step lost(Snapshot snapshot, int partition, Instant now) {
    var jobs = snapshot.jobs().edit();
    for (JobState job : of(snapshot, partition)) {
      jobs.remove(job.job());
    }
    return new Step(disowned(snapshot, jobs.finish(), partition, now), APPLIED);
  }

  private static Snapshot disowned(
      Snapshot snapshot, PersistentMap<JobState> jobs, int partition, Instant now) {
    var owned = new HashSet<>(snapshot.owned());
    owned.remove(partition);
    return snapshot.with(jobs, owned, now);
  }

  private static List<JobState> of(Snapshot snapshot, int partition) {
    var jobs = new ArrayList<JobState>();
    snapshot
        .jobs()
        .forEach(
            job -> {
              if (job.partition() == partition) {
                jobs.add(job);
              }
            });
    return jobs;
  }

  private static Step expired(Snapshot snapshot, Instant now) {
    LedgerLimits limits = snapshot.limits();
    Instant ended = now.minus(limits.grace());
    Instant silent = now.minus(limits.forgotten());
    var jobs = snapshot.jobs().edit();
    var forgotten = new ArrayList<String>();
    var gone = new ArrayList<JobState>();
    snapshot
        .jobs()
        .forEach(
            job -> {
              boolean isOurs = snapshot.owns(job);
              if (job.endedAt() != null) {
                if (job.endedAt().isBefore(ended)) {
                  jobs.remove(job.job());
                  if (isOurs) {
                    gone.add(job);
                  }
                }
              } else if (job.seenAt().isBefore(silent)) {
                jobs.remove(job.job());
                if (isOurs) {
                  forgotten.add(job.job());
                }
              }
            });
    var gpus = snapshot.gpus().edit();
    snapshot
        .gpus()
        .forEach(
            gpu -> {
              if (gpu.seenAt().isBefore(silent)) {
                gpus.remove(gpu.sample().gpu());
              }
            });
    PersistentMap<JobState> listed = jobs.finish();
    return new Step(
        snapshot.with(
            listed, refusals(snapshot, listed, silent), gpus.finish(), snapshot.owned(), now),
        new Outcome.Expired(forgotten, gone));
  }

  /// A refused config is kept while its job is listed, and a while for a job to come.
  private static PersistentMap<RefusedConfig> refusals(
      Snapshot snapshot, PersistentMap<JobState> listed, Instant silent) {
    var kept = snapshot.refusedConfigs().edit();
    snapshot
        .refusedConfigs()
        .forEach(
            refused -> {
              if (refused.seenAt().isBefore(silent) && listed.get(refused.job()) == null) {
                kept.remove(refused.job());
              }
            });
    return kept.finish();
  }

  private static Step calibrated(
      Snapshot snapshot, Map<String, Registration> registrations, Instant now) {
    var jobs = snapshot.jobs().edit();
    registrations.forEach(
        (name, registration) -> {
          JobState job = snapshot.jobs().get(name);
          if (job != null && isOf(job, registration)) {
            jobs.put(name, job.with(registration));
          }
        });
    return new Step(snapshot.with(jobs.finish(), snapshot.gpus(), now), APPLIED);
  }

  private static boolean isOf(JobState job, Registration registration) {
    return job.registration() != null
        && job.registration().content().equals(registration.content());
  }

  private static Step shifted(Snapshot snapshot, Duration by, Instant now) {
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
    return new Step(snapshot.with(jobs.finish(), gpus.finish(), now), APPLIED);
  }
}

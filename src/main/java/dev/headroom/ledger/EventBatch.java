package dev.headroom.ledger;

import dev.headroom.ledger.condition.RefusedConfig;
import dev.headroom.ledger.event.ConfigRefused;
import dev.headroom.ledger.event.ConfigRegistered;
import dev.headroom.ledger.event.ConfigRemoved;
import dev.headroom.ledger.event.DeviceRemoved;
import dev.headroom.ledger.event.DeviceSampled;
import dev.headroom.ledger.event.JobEvent;
import dev.headroom.ledger.event.JobForgotten;
import dev.headroom.ledger.event.JobSummarized;
import dev.headroom.ledger.event.MemorySampled;
import dev.headroom.ledger.state.GpuState;
import dev.headroom.ledger.state.JobState;
import dev.headroom.ledger.state.Registration;
import dev.headroom.network.Network;
import dev.headroom.sample.DeviceSample;
import dev.headroom.sample.MemorySample;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Folds many events into one new snapshot. State that an event touches is copied once and changed
/// until [#finish]. The result equals folding one event after the other. Of one thread.
final class EventBatch {

  private static final Outcome APPLIED = new Outcome.Judged(Verdict.APPLIED);
  private static final Outcome DUPLICATE = new Outcome.Judged(Verdict.DUPLICATE);
  private static final Outcome LATE = new Outcome.Judged(Verdict.LATE);
  private static final Outcome MALFORMED = new Outcome.Judged(Verdict.MALFORMED);
  private static final Outcome SKEWED = new Outcome.Judged(Verdict.SKEWED);

  private final Snapshot origin;
  private final Instant now;
  private final LedgerLimits limits;
  private final PersistentMap.Editor<JobState> jobs;
  private final PersistentMap.Editor<Registration> registrations;
  private final PersistentMap.Editor<RefusedConfig> refusedConfigs;
  private final PersistentMap.Editor<GpuState> gpus;
  private final Map<String, JobFold> folds = new HashMap<>();
  private @Nullable JobFold recent;
  private int added;
  private long layers;
  private long conflicts;
  private RefusalCounts refused;

  EventBatch(Snapshot origin, Instant now) {
    this.origin = origin;
    this.now = now;
    this.limits = origin.limits();
    this.jobs = origin.jobs().edit();
    this.registrations = origin.registrations().edit();
    this.refusedConfigs = origin.refusedConfigs().edit();
    this.gpus = origin.gpus().edit();
    this.layers = origin.layers();
    this.refused = origin.refused();
  }

  /// Folds one event.
  ///
  /// @param partition of the samples' topic to which the event's job or GPU belongs
  Outcome add(JobEvent event, int partition) {
    return switch (event) {
      case MemorySampled sampled -> add(sampled.sample(), partition);
      case DeviceSampled sampled -> add(sampled.sample(), partition);
      case ConfigRegistered registered -> add(registered.registration(), partition);
      case ConfigRefused(String job, String reason) -> {
        remember(job, reason);
        yield MALFORMED;
      }
      case ConfigRemoved removed -> remove(removed);
      case DeviceRemoved removed -> remove(removed);
      case JobSummarized summarized -> add(summarized);
      case JobForgotten forgotten -> remove(forgotten);
    };
  }

  /// The ledger after all events of the batch.
  Snapshot finish() {
    folds.forEach((job, fold) -> jobs.put(job, fold.finish()));
    return new Snapshot(
        jobs.finish(),
        registrations.finish(),
        refusedConfigs.finish(),
        layers,
        gpus.finish(),
        origin.owned(),
        origin.conflicts() + conflicts,
        refused,
        limits,
        now);
  }

  private Outcome add(MemorySample sample, int partition) {
    JobFold fold = fold(sample.job());
    boolean isNew = fold == null;
    Registration known = isNew || sample.run() != null ? registrations.get(sample.job()) : null;
    if (fold == null) {
      fold = new JobFold(sample.job(), partition, now);
      fold.attach(known);
    }
    boolean wentOn = !fold.isEnded();
    Verdict verdict = fold.after(sample, partition, now, limits, known);
    if (fold.isConflict()) {
      conflicts++;
    }
    if (verdict == Verdict.REJECTED) {
      return refuse(LimitKind.PLACEMENTS);
    }
    if (isNew && verdict == Verdict.APPLIED) {
      if (isFull()) {
        return refuse(LimitKind.JOBS);
      }
      keep(sample.job(), fold);
      added++;
    }
    return wentOn && fold.isEnded() ? new Outcome.JobEnded(fold.finish()) : judged(verdict);
  }

  private Outcome add(Registration fresh, int partition) {
    String job = fresh.config().job();
    Registration before = registrations.get(job);
    if (before != null && fresh.at().isBefore(before.at())) {
      return LATE;
    }
    refusedConfigs.remove(job);
    boolean isSame = before != null && before.content().equals(fresh.content());
    JobFold fold = fold(job);
    boolean isFresh = fresh.at().plus(limits.forgotten()).isAfter(now);
    if (isSame && (fold != null || !isFresh)) {
      return fold == null ? DUPLICATE : judged(fold.after(fresh));
    }
    long changed = layers + layers(fresh) - layers(before);
    boolean isOver = before == null && registrations.size() >= limits.registrations();
    if (isOver || changed > limits.layers()) {
      remember(job, "over the bound on " + LimitKind.REGISTRATIONS.wireName());
      return refuse(LimitKind.REGISTRATIONS);
    }
    if (fold == null && isFresh && isFull()) {
      return refuse(LimitKind.JOBS);
    }
    Verdict verdict = Verdict.APPLIED;
    if (fold != null) {
      verdict = fold.after(fresh);
    } else if (isFresh) {
      fold = new JobFold(job, partition, fresh.at());
      fold.attach(fresh);
      keep(job, fold);
      added++;
    }
    // One of an older run is remembered, too: it says why a job of a newer run has no budget.
    boolean isOfRun = before == null && fresh.config().run() != null;
    if (verdict == Verdict.APPLIED || (verdict == Verdict.LATE && isOfRun)) {
      registrations.put(job, fresh);
      layers = changed;
    }
    return judged(verdict);
  }

  private Outcome add(DeviceSample sample, int partition) {
    if (limits.isSkewed(sample.time(), now)) {
      return SKEWED;
    }
    GpuState before = gpus.get(sample.gpu());
    if (before == null) {
      if (sample.time().plus(limits.forgotten()).isBefore(now)) {
        return LATE;
      }
      if (gpus.size() >= limits.gpus()) {
        return refuse(LimitKind.GPUS);
      }
    } else if (sample.time().equals(before.sample().time())) {
      return DUPLICATE;
    } else if (sample.time().isBefore(before.sample().time())) {
      return LATE;
    }
    gpus.put(sample.gpu(), new GpuState(sample, partition, now));
    return APPLIED;
  }

  private Outcome add(JobSummarized summarized) {
    JobState state = summarized.state();
    JobFold fold = fold(state.job());
    if (fold != null) {
      boolean isOurs = origin.owned().contains(fold.partition()) && fold.isMeasured();
      if (isOurs) {
        fold.summarize(state.partition(), summarized.offset());
      }
      if (isOurs || origin.owns(state)) {
        return DUPLICATE;
      }
    }
    Instant ended = state.endedAt();
    if (ended != null && ended.plus(limits.grace()).isBefore(now)) {
      drop(state.job());
      return LATE;
    }
    if (fold == null && isFull()) {
      return refuse(LimitKind.JOBS);
    }
    var restored = new JobFold(state.heard(now, summarized.asOf()));
    restored.summarize(state.partition(), summarized.offset());
    Registration known = registrations.get(state.job());
    if (known != null) {
      restored.after(known);
    }
    if (fold == null) {
      added++;
    } else {
      restored.replace(fold);
    }
    keep(state.job(), restored);
    return APPLIED;
  }

  private Outcome remove(JobForgotten forgotten) {
    JobFold fold = fold(forgotten.job());
    if (fold == null || origin.owned().contains(fold.partition())) {
      return DUPLICATE;
    }
    drop(forgotten.job());
    return APPLIED;
  }

  private Outcome remove(ConfigRemoved removed) {
    refusedConfigs.remove(removed.job());
    Registration before = registrations.get(removed.job());
    if (before == null) {
      return DUPLICATE;
    }
    registrations.remove(removed.job());
    layers -= layers(before);
    JobFold fold = fold(removed.job());
    if (fold != null) {
      if (fold.isMeasured()) {
        fold.detach();
      } else {
        drop(removed.job());
      }
    }
    return APPLIED;
  }

  private Outcome remove(DeviceRemoved removed) {
    if (gpus.get(removed.gpu()) == null) {
      return DUPLICATE;
    }
    gpus.remove(removed.gpu());
    return APPLIED;
  }

  private void drop(String job) {
    boolean wasStored = jobs.get(job) != null;
    recent = null;
    if (folds.remove(job) != null && !wasStored) {
      added--;
    }
    jobs.remove(job);
  }

  /// Several events in a row of one job are likely.
  private @Nullable JobFold fold(String job) {
    if (recent != null && recent.isOf(job)) {
      return recent;
    }
    recent = folds.get(job);
    if (recent == null) {
      JobState state = jobs.get(job);
      if (state != null) {
        keep(job, new JobFold(state));
      }
    }
    return recent;
  }

  private void keep(String job, JobFold fold) {
    folds.put(job, fold);
    recent = fold;
  }

  /// One over the bound is not remembered; its dead letter says as much.
  private void remember(String job, String reason) {
    if (refusedConfigs.get(job) != null || refusedConfigs.size() < limits.jobs()) {
      refusedConfigs.put(job, new RefusedConfig(job, reason, now));
    }
  }

  private Outcome refuse(LimitKind limit) {
    refused = refused.plus(limit);
    return new Outcome.Refused(limit);
  }

  private static Outcome judged(Verdict verdict) {
    return switch (verdict) {
      case APPLIED -> APPLIED;
      case DUPLICATE -> DUPLICATE;
      case LATE -> LATE;
      case SKEWED -> SKEWED;
      case REJECTED, MALFORMED -> throw new IllegalStateException("a refusal names its reason");
    };
  }

  private boolean isFull() {
    return jobs.size() + added >= limits.jobs();
  }

  private static long layers(@Nullable Registration registration) {
    return registration != null && registration.config().description() instanceof Network network
        ? network.layers().size()
        : 0;
  }
}

package dev.headroom.ledger;

import dev.headroom.ledger.place.PlacementFold;
import dev.headroom.ledger.state.JobState;
import dev.headroom.ledger.state.LastSampleTimes;
import dev.headroom.ledger.state.MemoryPeaks;
import dev.headroom.ledger.state.Placement;
import dev.headroom.ledger.state.Registration;
import dev.headroom.ledger.state.SampleOffset;
import dev.headroom.ledger.state.StepPeaks;
import dev.headroom.ledger.state.VerdictCounts;
import dev.headroom.sample.JobPhase;
import dev.headroom.sample.MemorySample;
import dev.headroom.sample.Ownership;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The working copy of one job while a batch is folded.
final class JobFold {

  private static final int PAST_RUNS = 8;
  private static final long EARLY_SECONDS = 60;

  private final String job;
  private @Nullable String run;
  private int partition;
  private @Nullable Registration registration;
  private @Nullable String content;
  private final PlacementFold placements;
  private MemoryPeaks peaks;
  private long applied;
  private long duplicate;
  private long late;
  private long skewed;
  private StepPeaks steps;
  private @Nullable Instant began;
  private @Nullable Instant firstSample;
  private @Nullable Instant lastSample;
  private Instant seenAt;
  private @Nullable Instant endedAt;
  private @Nullable Instant asOf;
  private List<String> pastRuns;
  private @Nullable SampleOffset summaryOffset;
  private Ownership attributed;
  private @Nullable JobState replaced;
  private boolean conflict;

  /// A job that nobody had heard of.
  JobFold(String job, int partition, Instant seenAt) {
    this.job = job;
    this.partition = partition;
    this.seenAt = seenAt;
    this.placements = new PlacementFold(List.of());
    this.peaks = MemoryPeaks.NONE;
    this.steps = StepPeaks.NONE;
    this.pastRuns = List.of();
    this.attributed = Ownership.UNKNOWN;
  }

  JobFold(JobState state) {
    job = state.job();
    run = state.run();
    partition = state.partition();
    registration = state.registration();
    content = state.content();
    placements = new PlacementFold(state.placements());
    peaks = state.peaks();
    applied = state.tally().applied();
    duplicate = state.tally().duplicate();
    late = state.tally().late();
    skewed = state.tally().skewed();
    steps = state.steps();
    began = state.began();
    firstSample = state.firstSample();
    lastSample = state.lastSample();
    seenAt = state.seenAt();
    endedAt = state.endedAt();
    asOf = state.asOf();
    pastRuns = state.pastRuns();
    summaryOffset = state.summaryOffset();
    attributed = state.attributed();
    replaced = state.replaced();
  }

  JobState finish() {
    return state(registration, replaced);
  }

  /// Its run so far, as what is remembered of it: without its registration, but with its owner.
  private JobState past() {
    return state(null, null).attributedTo(finish().ownership());
  }

  private JobState state(@Nullable Registration known, @Nullable JobState before) {
    return new JobState(
        job,
        run,
        partition,
        known,
        content,
        placements.list(),
        peaks,
        new VerdictCounts(applied, duplicate, late, skewed),
        steps,
        began,
        firstSample,
        lastSample,
        seenAt,
        endedAt,
        asOf,
        pastRuns,
        summaryOffset,
        attributed,
        before);
  }

  boolean isOf(String name) {
    return job.equals(name);
  }

  int partition() {
    return partition;
  }

  /// Whether there was a sample of its current run.
  boolean isMeasured() {
    return firstSample != null;
  }

  boolean isEnded() {
    return endedAt != null;
  }

  /// Its owner wrote a summary.
  ///
  /// @param of the partition that the owner read
  /// @param offset the first sample of that partition that is not in the summary
  void summarize(int of, SampleOffset offset) {
    if (of == partition) {
      summaryOffset = offset;
    }
  }

  /// It takes the place of what was known of the job so far.
  void replace(JobFold before) {
    replaced = Objects.equals(run, before.run) ? before.replaced : before.past();
  }

  /// Whether the last sample showed the job's name in use at two places.
  boolean isConflict() {
    return conflict;
  }

  /// Takes a configuration: it applies to what was already measured of its run, or begins a new
  /// one. A configuration without a run belongs to whatever run the samples name, until its content
  /// changes.
  Verdict after(Registration fresh) {
    if (registration != null && registration.content().equals(fresh.content())) {
      return Verdict.DUPLICATE;
    }
    if (registration != null && fresh.at().isBefore(registration.at())) {
      return Verdict.LATE;
    }
    String freshRun = fresh.config().run();
    boolean sameContent = content == null || content.equals(fresh.content());
    if (freshRun == null) {
      if (!sameContent && isBeforeRun(fresh.at())) {
        if (registration == null) {
          return Verdict.LATE;
        }
        // What it was so far is of before the run, too: the newer one is the run's.
      } else if (!sameContent) {
        begin(null, fresh.at());
      }
    } else {
      boolean isOther = run != null && !run.equals(freshRun);
      if (isOther && (pastRuns.contains(freshRun) || isBeforeRun(fresh.at()))) {
        return Verdict.LATE;
      }
      if (isOther || !sameContent) {
        begin(freshRun, fresh.at());
      }
    }
    attach(fresh);
    return Verdict.APPLIED;
  }

  private boolean isBeforeRun(Instant at) {
    Instant start = firstSample != null ? firstSample : began;
    return start != null && at.isBefore(start);
  }

  /// What was known of the current run before the job was heard of.
  void attach(@Nullable Registration known) {
    registration = known;
    if (known != null) {
      String named = known.config().run();
      run = named == null ? run : named;
      content = known.content();
      if (began == null) {
        began = known.at();
      }
    }
  }

  /// Its registration ended; what was measured stays.
  void detach() {
    registration = null;
  }

  /// Takes a sample.
  ///
  /// @param from the partition it came from
  /// @param known the remembered configuration of the job, of whatever run
  Verdict after(
      MemorySample sample,
      int from,
      Instant now,
      LedgerLimits limits,
      @Nullable Registration known) {
    conflict = false;
    if (limits.isSkewed(sample.time(), now)) {
      skewed++;
      return Verdict.SKEWED;
    }
    boolean namesRun = run == null && sample.run() != null && !isPast(sample);
    if (!namesRun && !belongs(sample, known)) {
      late++;
      return Verdict.LATE;
    }
    if (isOver(sample, limits)) {
      return Verdict.REJECTED;
    }
    int index = placements.find(sample);
    long nanos = LastSampleTimes.nanos(sample.time());
    if (index >= 0) {
      long last = placements.get(index).times().of(sample.source());
      if (nanos == last) {
        duplicate++;
        return Verdict.DUPLICATE;
      }
      if (nanos < last) {
        late++;
        return Verdict.LATE;
      }
    } else {
      if (placements.areGone(nanos)) {
        // Somebody began the job again: whose it is, the new processes say.
        attributed = Ownership.UNKNOWN;
      }
      index = placements.add(sample, nanos);
    }
    if (namesRun) {
      // Only now: what is refused, known or late changes nothing.
      run = sample.run();
      attachIfOf(known, sample.run());
    }
    apply(sample, index, nanos, now);
    partition = from;
    asOf = null;
    return Verdict.APPLIED;
  }

  private boolean isOver(MemorySample sample, LedgerLimits limits) {
    return placements.size() >= limits.placements() && placements.needsOneMore(sample);
  }

  private void apply(MemorySample sample, int index, long nanos, Instant now) {
    Placement placement = placements.apply(sample, index, nanos);
    conflict = placement.contested();
    applied++;
    seenAt = now;
    boolean rises = peaks.areExceededBy(sample.sizes());
    steps = steps.after(sample, placement.step(), rises, now);
    peaks = peaks.with(sample.sizes());
    if (attributed.isUnknown()) {
      // The first word counts: the labels of a job do not change from rank to rank.
      attributed = sample.ownership();
    }
    Instant time = sample.time();
    if (firstSample == null || time.isBefore(firstSample)) {
      firstSample = time;
    }
    if (lastSample == null || time.isAfter(lastSample)) {
      lastSample = time;
    }
    if (sample.phase() == JobPhase.ENDED || endedAt != null) {
      endedAt = placements.hasEnded() ? (endedAt == null ? now : endedAt) : null;
    }
  }

  /// Whether a sample is of the current run; one of a run never heard of begins it, if it is newer
  /// than what is known of the current one.
  private boolean belongs(MemorySample sample, @Nullable Registration known) {
    String named = sample.run();
    if (named == null) {
      return began == null || !sample.time().plusSeconds(EARLY_SECONDS).isBefore(began);
    }
    if (named.equals(run)) {
      boolean isRestarted = pastRuns.contains(named);
      return !isRestarted || began == null || !sample.time().isBefore(began);
    }
    if (pastRuns.contains(named)) {
      conflict =
          began != null && sample.time().getEpochSecond() - began.getEpochSecond() > EARLY_SECONDS;
      return false;
    }
    Instant newest = lastSample != null ? lastSample : began;
    if (newest != null && sample.time().isBefore(newest)) {
      return false;
    }
    begin(named, sample.time());
    attachIfOf(known, named);
    return true;
  }

  /// Whether a sample is of a past run, and older than the current one.
  private boolean isPast(MemorySample sample) {
    return began != null && sample.time().isBefore(began) && pastRuns.contains(sample.run());
  }

  private void attachIfOf(@Nullable Registration known, @Nullable String named) {
    if (known != null) {
      String registered = known.config().run();
      if (registered == null || registered.equals(named)) {
        attach(known);
      }
    }
  }

  /// Peaks, steps and drift begin anew; the tally goes on, it is the job's. A run that begins
  /// again under its own name is among the past runs too.
  private void begin(@Nullable String named, Instant at) {
    if (run != null && !pastRuns.contains(run)) {
      var past = new ArrayList<String>(PAST_RUNS);
      past.addAll(pastRuns.size() < PAST_RUNS ? pastRuns : pastRuns.subList(1, PAST_RUNS));
      past.add(run);
      pastRuns = past;
    }
    if (run != null) {
      replaced = past();
    }
    run = named;
    registration = null;
    content = null;
    began = at;
    placements.clear();
    peaks = MemoryPeaks.NONE;
    steps = StepPeaks.NONE;
    firstSample = null;
    lastSample = null;
    endedAt = null;
    attributed = Ownership.UNKNOWN;
  }
}

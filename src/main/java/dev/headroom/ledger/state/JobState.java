package dev.headroom.ledger.state;

import dev.headroom.budget.Budget;
import dev.headroom.budget.Prediction;
import dev.headroom.ledger.growth.StepMaxima;
import dev.headroom.ledger.growth.Trend;
import dev.headroom.sample.NameRules;
import dev.headroom.sample.Ownership;
import dev.headroom.sample.RunOutcome;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// One job: what it says it trains, beside what is measured, of its current run.
///
/// @param run null while only agents have seen it
/// @param partition of the samples' topic; its owner speaks for the job
/// @param registration null where unknown; of the current run
/// @param content of the registration the run began with; null where unknown
/// @param placements its ranks on their GPUs
/// @param began the run: no sample before it belongs to it; null while nothing says so
/// @param firstSample the time of the run's first sample, null without any
/// @param lastSample the time of its newest
/// @param seenAt when anything was last heard of it, by the monitor's own clock
/// @param endedAt when it ended, by the monitor's own clock; null while it goes on
/// @param asOf for a job of another replica, when that wrote what is here; null for our own
/// @param pastRuns the names of the last few runs before this one
/// @param summaryOffset the first sample of its partition that its last summary does not contain;
///     null where no summary was read
/// @param attributed whose its samples say it is, as agents found it
/// @param replaced the run before this one, as it was when this one began, without its
///     registration; null where none was seen
public record JobState(
    String job,
    @Nullable String run,
    int partition,
    @Nullable Registration registration,
    @Nullable String content,
    List<Placement> placements,
    MemoryPeaks peaks,
    VerdictCounts tally,
    StepPeaks steps,
    @Nullable Instant began,
    @Nullable Instant firstSample,
    @Nullable Instant lastSample,
    Instant seenAt,
    @Nullable Instant endedAt,
    @Nullable Instant asOf,
    List<String> pastRuns,
    @Nullable SampleOffset summaryOffset,
    Ownership attributed,
    @Nullable JobState replaced) {

  public JobState {
    NameRules.requireJob(job);
    NameRules.requireRun(run);
    placements = List.copyOf(placements);
    pastRuns = List.copyOf(pastRuns);
  }

  /// A job as its owner last told of it: without its registration and without its steps.
  public static JobState restored(
      String job,
      @Nullable String run,
      int partition,
      @Nullable String content,
      List<Placement> placements,
      MemoryPeaks peaks,
      VerdictCounts tally,
      StepPeaks steps,
      @Nullable Instant began,
      @Nullable Instant firstSample,
      @Nullable Instant lastSample,
      @Nullable Instant endedAt,
      Instant asOf,
      List<String> pastRuns) {
    return new JobState(
        job,
        run,
        partition,
        null,
        content,
        placements,
        peaks,
        tally,
        steps,
        began,
        firstSample,
        lastSample,
        asOf,
        endedAt,
        asOf,
        pastRuns,
        null,
        Ownership.UNKNOWN,
        null);
  }

  /// What the registration costs; empty without one.
  public Optional<Prediction> prediction() {
    return Optional.ofNullable(registration).map(Registration::prediction);
  }

  /// The budget; empty without a registration or where it cannot be predicted.
  public Optional<Budget> budget() {
    return registration != null && registration.prediction() instanceof Budget budget
        ? Optional.of(budget)
        : Optional.empty();
  }

  /// What its budget says that a rank holds at most; empty without one.
  public Optional<MemoryPeaks> predictedPeaks() {
    return budget()
        .map(Budget::peak)
        .map(peak -> new MemoryPeaks(peak.allocated(), peak.reserved(), peak.device()));
  }

  /// Whose job it is: as its layer config says, else as agents found it.
  public Ownership ownership() {
    return registration == null || registration.config().ownership().isUnknown()
        ? attributed
        : registration.config().ownership();
  }

  /// Whether a rank reached the step from which on all that it will hold has appeared.
  public boolean hasStepped() {
    return lastStep() >= StepPeaks.FIRST_STEP;
  }

  /// Whether any of its ranks tells which optimizer step it is in.
  public boolean countsSteps() {
    return lastStep() >= 0;
  }

  /// The highest optimizer step of its ranks; -1 where nobody tells.
  private long lastStep() {
    long last = -1;
    for (Placement placement : placements) {
      Long step = placement.step();
      last = step == null ? last : Math.max(last, step);
    }
    return last;
  }

  /// Whether its samples went on for five minutes without a new peak.
  public boolean isLevel() {
    Instant since = steps.risen() == null ? firstSample : steps.risen();
    return since != null
        && lastSample != null
        && Duration.between(since, lastSample).compareTo(StepPeaks.LEVEL) >= 0;
  }

  /// The worst outcome of its ranks; without any, it completed.
  public RunOutcome outcome() {
    RunOutcome worst = RunOutcome.COMPLETED;
    for (Placement placement : placements) {
      RunOutcome outcome = placement.outcome();
      if (outcome != null && outcome.compareTo(worst) > 0) {
        worst = outcome;
      }
    }
    return worst;
  }

  /// Measured peak allocated against predicted allocated, with what kernels make for themselves.
  public Optional<PredictionDrift> allocatedDrift() {
    return budget()
        .flatMap(b -> PredictionDrift.between(peaks.allocated(), b.peak().expectedAllocated()));
  }

  /// Measured peak reserved against predicted reserved, with what kernels make for themselves.
  public Optional<PredictionDrift> reservedDrift() {
    return budget()
        .flatMap(b -> PredictionDrift.between(peaks.reserved(), b.peak().expectedReserved()));
  }

  /// Whether its framework takes most of a device at its start, as JAX and TensorFlow do: what the
  /// device holds then says nothing of what the job needs.
  public boolean preallocates() {
    return registration != null && registration.config().framework().preallocates();
  }

  /// The process's measured peak against the predicted device peak; empty where it preallocates.
  public Optional<PredictionDrift> deviceDrift() {
    if (preallocates()) {
      return Optional.empty();
    }
    return budget().flatMap(b -> PredictionDrift.between(peaks.process(), b.peak().device()));
  }

  /// How its fullest rank grows from step to step; empty where it does not, where it ended, or
  /// where what is known is older than the window of measurement.
  public Optional<Trend> trend(Instant now) {
    boolean known =
        lastSample != null
            && endedAt == null
            && lastSample.plusMillis(StepMaxima.WINDOW_MILLIS).isAfter(now);
    return known ? steps.trend() : Optional.empty();
  }

  /// The same in bytes a second.
  public OptionalDouble growth(Instant now) {
    Optional<Trend> trend = trend(now);
    return trend.isPresent() ? OptionalDouble.of(trend.get().slope()) : OptionalDouble.empty();
  }

  /// Until its fullest GPU is full, at the present growth. The tightest of several sources counts,
  /// and what the driver keeps is not free. Empty where it does not grow or no GPU's size is known.
  ///
  /// @param gpus the GPUs that are known, by UUID
  public Optional<Trend.Filling> filling(Instant now, Function<String, @Nullable GpuState> gpus) {
    return trend(now).flatMap(trend -> free(gpus).stream().mapToObj(trend::fills).findFirst());
  }

  /// What is free on its fullest GPU, bytes.
  private OptionalLong free(Function<String, @Nullable GpuState> gpus) {
    long newest = Placement.newest(placements);
    return placements.stream()
        .filter(placement -> !placement.hasEnded() && !placement.isSilentAt(newest))
        .mapToLong(placement -> placement.freeBytes(gpus.apply(placement.gpu())))
        .filter(free -> free >= 0)
        .min();
  }

  /// The likeliest of that.
  public Optional<Duration> timeToCapacity(Instant now, Function<String, @Nullable GpuState> gpus) {
    return filling(now, gpus).map(Trend.Filling::likely);
  }

  /// The same job, its registration as it is expected to hold now.
  public JobState with(Registration recalibrated) {
    return at(recalibrated, seenAt, endedAt, asOf, attributed);
  }

  /// The same job after the monitor's clock was set.
  public JobState shifted(Duration by) {
    return at(
        registration, seenAt.plus(by), endedAt == null ? null : endedAt.plus(by), asOf, attributed);
  }

  /// The same job, heard of at another time and by another's word.
  public JobState heard(Instant changedSeenAt, @Nullable Instant changedAsOf) {
    return at(registration, changedSeenAt, endedAt, changedAsOf, attributed);
  }

  /// The same job, and whose its samples said it is.
  public JobState attributedTo(Ownership said) {
    return at(registration, seenAt, endedAt, asOf, said);
  }

  private JobState at(
      @Nullable Registration changedRegistration,
      Instant changedSeenAt,
      @Nullable Instant changedEndedAt,
      @Nullable Instant changedAsOf,
      Ownership changedAttributed) {
    return new JobState(
        job,
        run,
        partition,
        changedRegistration,
        content,
        placements,
        peaks,
        tally,
        steps,
        began,
        firstSample,
        lastSample,
        changedSeenAt,
        changedEndedAt,
        changedAsOf,
        pastRuns,
        summaryOffset,
        changedAttributed,
        replaced);
  }
}

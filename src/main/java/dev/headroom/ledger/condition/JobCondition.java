package dev.headroom.ledger.condition;

import dev.headroom.calibration.MeasuredSize;
import dev.headroom.ledger.growth.Trend;
import dev.headroom.ledger.state.JobState;
import dev.headroom.sample.RunOutcome;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/// The state a job is in, with what made it so. Each state has its rule beside it; a job is in the
/// first whose rule holds, in the order of [#of].
///
/// Peaks are judged by step: what counts is held in two spans of whole steps at least.
public sealed interface JobCondition {

  /// The state's name.
  JobStatus status();

  /// Whether the job has begun in earnest and goes on, so that its sizes can be judged.
  default boolean isJudged() {
    return switch (status()) {
      case LEAKING, DRIFTING, FRAGMENTING, OVER_RESERVED, UNPREDICTED, WITHIN_BUDGET -> true;
      case REGISTERED, STARTING, SILENT, COMPLETED, FAILED, OUT_OF_MEMORY -> false;
    };
  }

  /// The state of a job.
  static JobCondition of(Evidence evidence) {
    for (Function<Evidence, Optional<JobCondition>> rule : Rules.IN_ORDER) {
      Optional<JobCondition> holds = rule.apply(evidence);
      if (holds.isPresent()) {
        return holds.get();
      }
    }
    return new WithinBudget();
  }

  /// All states' rules but the last one's, which always holds.
  final class Rules {

    private static final List<Function<Evidence, Optional<JobCondition>>> IN_ORDER =
        List.of(
            Completed::rule,
            Failed::rule,
            OutOfMemory::rule,
            Registered::rule,
            Silent::rule,
            Starting::rule,
            Leaking::rule,
            Drifting::rule,
            Fragmenting::rule,
            OverReserved::rule,
            Unpredicted::rule);

    private Rules() {}

    private static Optional<JobCondition> when(boolean holds, Supplier<JobCondition> condition) {
      return holds ? Optional.of(condition.get()) : Optional.empty();
    }
  }

  /// Every rank ended, none of them by an error.
  record Completed() implements JobCondition {

    @Override
    public JobStatus status() {
      return JobStatus.COMPLETED;
    }

    static Optional<JobCondition> rule(Evidence evidence) {
      return Rules.when(evidence.endedAs(RunOutcome.COMPLETED), Completed::new);
    }
  }

  /// Every rank ended, and one by an error other than memory.
  record Failed() implements JobCondition {

    @Override
    public JobStatus status() {
      return JobStatus.FAILED;
    }

    static Optional<JobCondition> rule(Evidence evidence) {
      return Rules.when(evidence.endedAs(RunOutcome.FAILED), Failed::new);
    }
  }

  /// Every rank ended, and one because its GPU was full.
  record OutOfMemory() implements JobCondition {

    @Override
    public JobStatus status() {
      return JobStatus.OUT_OF_MEMORY;
    }

    static Optional<JobCondition> rule(Evidence evidence) {
      return Rules.when(evidence.endedAs(RunOutcome.OUT_OF_MEMORY), OutOfMemory::new);
    }
  }

  /// Its layer config is known; nothing was measured yet.
  record Registered() implements JobCondition {

    @Override
    public JobStatus status() {
      return JobStatus.REGISTERED;
    }

    static Optional<JobCondition> rule(Evidence evidence) {
      return Rules.when(evidence.job().firstSample() == null, Registered::new);
    }
  }

  /// No sample came for a minute.
  record Silent() implements JobCondition {

    @Override
    public JobStatus status() {
      return JobStatus.SILENT;
    }

    static Optional<JobCondition> rule(Evidence evidence) {
      return Rules.when(evidence.isSilent(), Silent::new);
    }
  }

  /// Its second optimizer step was not seen yet, and all that it will hold has not appeared. Where
  /// nobody tells steps: it reached a new peak within five minutes, and does not grow steadily.
  record Starting() implements JobCondition {

    @Override
    public JobStatus status() {
      return JobStatus.STARTING;
    }

    static Optional<JobCondition> rule(Evidence evidence) {
      JobState job = evidence.job();
      boolean hasBegun =
          job.countsSteps() ? job.hasStepped() : job.isLevel() || job.steps().growsOverAll();
      return Rules.when(!hasBegun, Starting::new);
    }
  }

  /// It grows at the same point of the step over many steps: what is allocated does, or what the
  /// driver charges while neither allocated nor reserved does.
  ///
  /// @param filling until its fullest GPU is full; empty where that GPU's size is unknown
  record Leaking(Trend growth, Optional<Trend.Filling> filling) implements JobCondition {

    @Override
    public JobStatus status() {
      return JobStatus.LEAKING;
    }

    static Optional<JobCondition> rule(Evidence evidence) {
      JobState job = evidence.job();
      boolean isCache = job.peaks().allocated() != null && job.steps().fragmentation().isPresent();
      return isCache
          ? Optional.empty()
          : job.trend(evidence.now()).map(growth -> new Leaking(growth, evidence.filling()));
    }
  }

  /// A plateau of allocated memory is above its range; or of the process or the device, where what
  /// the allocator holds does not explain it. What still rises from span to span is no plateau.
  record Drifting(Excess excess) implements JobCondition {

    @Override
    public JobStatus status() {
      return JobStatus.DRIFTING;
    }

    static Optional<JobCondition> rule(Evidence evidence) {
      return evidence
          .plateau()
          .filter(excess -> excess.size() != MeasuredSize.RESERVED)
          .map(Drifting::new);
    }
  }

  /// Reserved memory grows and allocated memory does not: its segments are too small for what is
  /// asked for next.
  record Fragmenting(Trend growth, Optional<Trend.Filling> filling) implements JobCondition {

    @Override
    public JobStatus status() {
      return JobStatus.FRAGMENTING;
    }

    static Optional<JobCondition> rule(Evidence evidence) {
      JobState job = evidence.job();
      return job.trend(evidence.now()).map(growth -> new Fragmenting(growth, evidence.filling()));
    }
  }

  /// A plateau of reserved memory is above its range, and allocated memory is not: the allocator
  /// keeps more than the job needs.
  record OverReserved(Excess excess) implements JobCondition {

    @Override
    public JobStatus status() {
      return JobStatus.OVER_RESERVED;
    }

    static Optional<JobCondition> rule(Evidence evidence) {
      return evidence.plateau().map(OverReserved::new);
    }
  }

  /// There is nothing to judge it by: it has no layer config, or one that cannot be predicted.
  record Unpredicted() implements JobCondition {

    @Override
    public JobStatus status() {
      return JobStatus.UNPREDICTED;
    }

    static Optional<JobCondition> rule(Evidence evidence) {
      return Rules.when(evidence.job().budget().isEmpty(), Unpredicted::new);
    }
  }

  /// It holds what it should.
  record WithinBudget() implements JobCondition {

    @Override
    public JobStatus status() {
      return JobStatus.WITHIN_BUDGET;
    }
  }
}

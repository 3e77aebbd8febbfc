package dev.headroom.ledger.lesson;

import dev.headroom.calibration.MeasuredSize;
import dev.headroom.calibration.Observation;
import dev.headroom.calibration.expectation.Expectation;
import dev.headroom.calibration.expectation.Range;
import dev.headroom.ledger.Snapshot;
import dev.headroom.ledger.condition.JobStatus;
import dev.headroom.ledger.state.JobState;
import dev.headroom.ledger.state.Placement;
import dev.headroom.memory.MemorySize;
import dev.headroom.sample.RunOutcome;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What a run that has settled teaches, with the prediction that was made before.
///
/// A run settles when it completes, or while it goes on: once it held no more for five minutes and
/// is within its budget. One that died, never reached its second optimizer step, or shared its GPU
/// with what nobody knows does not teach.
///
/// @param expected before anything was learned from this run
public record Lesson(Observation observation, Expectation expected) {

  /// More than what the driver keeps of a device for itself: 500 MiB on an A100, 670 MiB on an
  /// H100.
  private static final MemorySize DRIVER = MemorySize.ofMebibytes(1024);

  /// What a job teaches as it is; empty where it does not teach, or not yet.
  ///
  /// @param snapshot with the jobs beside it
  public static Optional<Lesson> of(JobState job, Snapshot snapshot) {
    Expectation expected = job.registration() == null ? null : job.registration().expected();
    String run = job.run();
    Instant settled = job.lastSample();
    if (expected == null || run == null || settled == null || !teaches(job, snapshot)) {
      return Optional.empty();
    }
    boolean isAlone = job.steps().beside() == null || isDriver(job.steps().beside());
    if (!isAlone && !isSharedByJobs(job, snapshot)) {
      return Optional.empty();
    }
    Map<MeasuredSize, MemorySize> measured = measured(job, isAlone);
    return measured.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Lesson(
                new Observation(
                    job.job(), run, settled, expected.kind(), expected.predicted(), measured),
                expected));
  }

  private static boolean teaches(JobState job, Snapshot snapshot) {
    boolean hasSettled =
        job.endedAt() == null
            ? job.isLevel() && snapshot.condition(job).status() == JobStatus.WITHIN_BUDGET
            : job.outcome() == RunOutcome.COMPLETED;
    return hasSettled && job.hasStepped();
  }

  private static boolean isDriver(MemorySize beside) {
    return beside.compareTo(DRIVER) <= 0;
  }

  /// Whether another job of the ledger is on one of its GPUs, or several of its own ranks are.
  private static boolean isSharedByJobs(JobState job, Snapshot snapshot) {
    List<String> gpus = job.placements().stream().map(Placement::gpu).toList();
    if (gpus.stream().distinct().count() < gpus.size()) {
      return true;
    }
    var others = new ArrayList<String>();
    snapshot
        .jobs()
        .forEach(
            other -> {
              boolean isBeside =
                  !other.job().equals(job.job())
                      && other.placements().stream().anyMatch(it -> gpus.contains(it.gpu()));
              if (isBeside) {
                others.add(other.job());
              }
            });
    return !others.isEmpty();
  }

  /// The peaks of its fullest rank; of the device where nothing else was on it.
  private static Map<MeasuredSize, MemorySize> measured(JobState job, boolean isAlone) {
    var measured = new EnumMap<MeasuredSize, MemorySize>(MeasuredSize.class);
    put(measured, MeasuredSize.ALLOCATED, job.peaks().allocated());
    put(measured, MeasuredSize.RESERVED, job.peaks().reserved());
    put(measured, MeasuredSize.PROCESS, job.peaks().process());
    MemorySize process = job.peaks().process();
    MemorySize beside = job.steps().beside();
    if (isAlone && process != null && beside != null) {
      measured.put(MeasuredSize.DEVICE, process.plus(beside));
    }
    return measured;
  }

  private static void put(
      Map<MeasuredSize, MemorySize> sizes, MeasuredSize size, @Nullable MemorySize peak) {
    if (peak != null) {
      sizes.put(size, peak);
    }
  }

  /// How right the prediction of one size was.
  ///
  /// @param ratio (measured − P50) / P50
  /// @param isWithinP95 whether it held at most P95: capped there, the run would have lived
  public record PredictionError(MeasuredSize size, double ratio, boolean isWithinP95) {}

  /// How right the prediction was, of each size that was measured.
  public List<PredictionError> errors() {
    var errors = new ArrayList<PredictionError>();
    for (MeasuredSize size : MeasuredSize.values()) {
      MemorySize measured = observation.measured().get(size);
      if (measured != null) {
        Range range = expected.of(size);
        double p50 = Math.max(1, range.p50().bytes());
        errors.add(
            new PredictionError(
                size, (measured.bytes() - p50) / p50, measured.compareTo(range.p95()) <= 0));
      }
    }
    return errors;
  }
}

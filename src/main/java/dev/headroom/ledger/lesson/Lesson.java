package dev.headroom.ledger.lesson;

import dev.headroom.calibration.MeasuredSize;
import dev.headroom.calibration.Observation;
import dev.headroom.calibration.expectation.Expectation;
import dev.headroom.calibration.expectation.Range;
import dev.headroom.ledger.Snapshot;
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
/// A run that died, never reached its second optimizer step, or shared its GPU with what nobody
/// knows does not teach.
///
/// @param expected before anything was learned from this run
public record Lesson(Observation observation, Expectation expected) {

  /// What the driver keeps of a device for itself, and more: 500 MiB on an A100, 670 MiB on an
  // H100.
  private static final MemorySize DRIVER = MemorySize.ofMebibytes(1024);

  /// What a job teaches as it ended; empty where it does not teach.
  ///
  /// @param snapshot with the jobs beside it
  public static Optional<Lesson> of(JobState ended, Snapshot snapshot) {
    Expectation expected = ended.registration() == null ? null : ended.registration().expected();
    String run = ended.run();
    Instant settled = ended.lastSample();
    if (expected == null || run == null || settled == null || !teaches(ended)) {
      return Optional.empty();
    }
    boolean isAlone = ended.steps().beside() == null || isDriver(ended.steps().beside());
    if (!isAlone && !isSharedByJobs(ended, snapshot)) {
      return Optional.empty();
    }
    Map<MeasuredSize, MemorySize> measured = measured(ended, isAlone);
    return measured.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Lesson(
                new Observation(
                    ended.job(), run, settled, expected.kind(), expected.predicted(), measured),
                expected));
  }

  private static boolean teaches(JobState ended) {
    return ended.outcome() == RunOutcome.COMPLETED && ended.hasStepped();
  }

  private static boolean isDriver(MemorySize beside) {
    return beside.compareTo(DRIVER) <= 0;
  }

  /// Whether another job of the ledger is on one of its GPUs, or several of its own ranks are.
  private static boolean isSharedByJobs(JobState ended, Snapshot snapshot) {
    List<String> gpus = ended.placements().stream().map(Placement::gpu).toList();
    if (gpus.stream().distinct().count() < gpus.size()) {
      return true;
    }
    var others = new ArrayList<String>();
    snapshot
        .jobs()
        .forEach(
            job -> {
              boolean isBeside =
                  !job.job().equals(ended.job())
                      && job.placements().stream().anyMatch(it -> gpus.contains(it.gpu()));
              if (isBeside) {
                others.add(job.job());
              }
            });
    return !others.isEmpty();
  }

  /// The peaks of its fullest rank; of the device where nothing else was on it.
  private static Map<MeasuredSize, MemorySize> measured(JobState ended, boolean isAlone) {
    var measured = new EnumMap<MeasuredSize, MemorySize>(MeasuredSize.class);
    put(measured, MeasuredSize.ALLOCATED, ended.peaks().allocated());
    put(measured, MeasuredSize.RESERVED, ended.peaks().reserved());
    put(measured, MeasuredSize.PROCESS, ended.peaks().process());
    MemorySize process = ended.peaks().process();
    MemorySize beside = ended.steps().beside();
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

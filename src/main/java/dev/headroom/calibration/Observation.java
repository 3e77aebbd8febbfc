package dev.headroom.calibration;

import dev.headroom.calibration.regression.ErrorScale;
import dev.headroom.calibration.regression.Example;
import dev.headroom.calibration.regression.Point;
import dev.headroom.memory.MemorySize;
import java.time.Instant;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.Map;

/// What one settled run teaches: what was predicted and what was measured.
///
/// @param settled when its peaks were settled
/// @param measured the peaks of its fullest rank; sizes that nobody measured are left out
public record Observation(
    String job,
    String run,
    Instant settled,
    JobKind kind,
    PredictedPeak predicted,
    Map<MeasuredSize, MemorySize> measured)
    implements Comparable<Observation> {

  private static final Comparator<Observation> OLDEST_FIRST =
      Comparator.comparing(Observation::settled)
          .thenComparing(Observation::job)
          .thenComparing(Observation::run);

  public Observation {
    var sizes = new EnumMap<MeasuredSize, MemorySize>(MeasuredSize.class);
    sizes.putAll(measured);
    measured = Map.copyOf(sizes);
  }

  /// The oldest first; of the same time by name.
  @Override
  public int compareTo(Observation other) {
    return OLDEST_FIRST.compare(this, other);
  }

  /// Whose runs it is one of: the model's, or where that has no name the job's.
  String network() {
    return kind.model().isEmpty() ? job : kind.model();
  }

  boolean isSameRun(Observation other) {
    return job.equals(other.job) && run.equals(other.run);
  }

  /// What it says about a size that it has measured.
  ///
  /// @param scale the usual size of an error
  /// @param weight how much that counts, 1 for one fresh measurement
  public Example example(MeasuredSize size, ErrorScale scale, double weight) {
    MemorySize peak = measured.get(size);
    if (peak == null) {
      throw new IllegalArgumentException("not measured: " + size.wireName());
    }
    Point at = predicted.point(size);
    return new Example(at, PredictedPeak.mebibytes(peak), scale.at(at), weight);
  }
}

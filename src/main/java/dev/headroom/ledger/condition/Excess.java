package dev.headroom.ledger.condition;

import dev.headroom.calibration.MeasuredSize;
import dev.headroom.calibration.expectation.Range;
import dev.headroom.memory.MemorySize;

/// What a job holds above the range in which a size is expected.
///
/// @param held in two spans of steps at least; of the device, now
/// @param expected the range that it is above
public record Excess(MeasuredSize size, MemorySize held, Range expected) {

  /// Held − the median that was expected.
  public long bytes() {
    return held.bytes() - expected.p50().bytes();
  }

  /// The same, of the median.
  public double ratio() {
    return (double) bytes() / Math.max(1, expected.p50().bytes());
  }
}

package dev.headroom.ledger.state;

import dev.headroom.calibration.MeasuredSize;
import dev.headroom.calibration.drift.Explanation;
import dev.headroom.memory.MemorySize;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/// Why a job holds other than was expected.
///
/// @param held what was explained
/// @param explanations what fits it, the best first; empty where nothing does
public record DriftReasons(Map<MeasuredSize, MemorySize> held, List<Explanation> explanations) {

  public static final DriftReasons NONE = new DriftReasons(Map.of(), List.of());

  public DriftReasons {
    var sizes = new EnumMap<MeasuredSize, MemorySize>(MeasuredSize.class);
    sizes.putAll(held);
    held = sizes;
    explanations = List.copyOf(explanations);
  }

  /// Whether these are the reasons for what is held now.
  public boolean isOf(Map<MeasuredSize, MemorySize> now) {
    return held.equals(now);
  }
}

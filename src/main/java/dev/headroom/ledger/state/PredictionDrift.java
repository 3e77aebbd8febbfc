package dev.headroom.ledger.state;

import dev.headroom.memory.MemorySize;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// How far a measured peak is from the predicted one of the same size; positive where more is held.
///
/// @param bytes measured − predicted
/// @param ratio the same, of predicted
public record PredictionDrift(long bytes, double ratio) {

  /// Empty without both sides, or where nothing was predicted.
  static Optional<PredictionDrift> between(@Nullable MemorySize measured, MemorySize predicted) {
    if (measured == null || predicted.bytes() == 0) {
      return Optional.empty();
    }
    long bytes = measured.bytes() - predicted.bytes();
    return Optional.of(new PredictionDrift(bytes, (double) bytes / predicted.bytes()));
  }
}

package dev.headroom.budget.whatif;

import dev.headroom.budget.Budget;
import dev.headroom.budget.Prediction;
import dev.headroom.budget.Unsupported;
import dev.headroom.memory.MemorySize;
import dev.headroom.network.LayerConfig;
import java.util.Optional;
import java.util.function.BiPredicate;
import java.util.function.Function;
import java.util.function.IntFunction;

/// The largest batch that fits on a GPU.
///
/// ```java
/// switch (LargestBatch.of(config, capacity, predictor::predict)) {
///   case Fits(int batch, Budget budget) -> batch; // one sample more does not fit
///   case TooLarge(Budget one) -> 0; // not even one sample fits
///   case None(Unsupported why) -> -1; // no budget for any batch
/// }
/// ```
public sealed interface LargestBatch {

  /// No budget, whatever the batch.
  record None(Unsupported why) implements LargestBatch {}

  /// Not even one sample fits.
  record TooLarge(Budget one) implements LargestBatch {}

  /// This many fit, one more does not.
  ///
  /// @param fits the budget of `batch` samples
  record Fits(int batch, Budget fits) implements LargestBatch {}

  /// Doubles the batch until it does not fit, then halves the gap. A batch fits while nineteen of
  /// twenty such jobs stay within the memory: by the device peak's 95th percentile.
  ///
  /// Rounding and fragmentation make the peak grow in steps, so a larger batch than the answer may
  /// fit again by luck; the answer is one that fits where the next one does not.
  static LargestBatch of(
      LayerConfig config, MemorySize capacity, Function<LayerConfig, Prediction> predict) {
    return of(config, predict, (_, budget) -> budget.peak().deviceP95().compareTo(capacity) <= 0);
  }

  /// The same where something else says what fits.
  ///
  /// @param fits whether the budget of a job of that batch does
  static LargestBatch of(
      LayerConfig config,
      Function<LayerConfig, Prediction> predict,
      BiPredicate<LayerConfig, Budget> fits) {
    IntFunction<LayerConfig> of = batch -> config.withSetup(config.setup().withBatchSize(batch));
    IntFunction<Optional<Fits>> ask =
        batch -> {
          LayerConfig job = of.apply(batch);
          return predict.apply(job) instanceof Budget budget && fits.test(job, budget)
              ? Optional.of(new Fits(batch, budget))
              : Optional.empty();
        };
    return switch (predict.apply(of.apply(1))) {
      case Unsupported why -> new None(why);
      case Budget one when !fits.test(of.apply(1), one) -> new TooLarge(one);
      case Budget one -> grown(new Fits(1, one), ask);
    };
  }

  private static Fits grown(Fits first, IntFunction<Optional<Fits>> ask) {
    Fits best = first;
    // A batch whose bytes no long can hold is unsupported, and no batch is larger than an int.
    long tooMany = 2L * Integer.MAX_VALUE;
    while (best.batch() + 1L < tooMany) {
      boolean doubles = tooMany > Integer.MAX_VALUE;
      int next =
          Math.toIntExact(
              doubles
                  ? Math.min(2L * best.batch(), Integer.MAX_VALUE)
                  : best.batch() + (tooMany - best.batch()) / 2);
      if (next == best.batch()) {
        return best;
      }
      Optional<Fits> larger = ask.apply(next);
      if (larger.isPresent()) {
        best = larger.get();
      } else {
        tooMany = next;
      }
    }
    return best;
  }
}

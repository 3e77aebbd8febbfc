package dev.headroom.plan;

import dev.headroom.budget.Budget;
import dev.headroom.budget.Unsupported;
import dev.headroom.budget.whatif.LargestBatch;
import dev.headroom.network.LayerConfig;
import dev.headroom.plan.change.Remedy;
import dev.headroom.plan.fit.Fit;
import java.util.List;
import java.util.OptionalInt;

/// Whether a job fits on a device, and what to do about it.
public sealed interface JobPlan {

  LayerConfig config();

  /// How exact the budget is: `exact`, `modelled` or `unsupported`.
  String confidence();

  /// Why the budget is not exact, or why there is none.
  List<String> reasons();

  /// It cannot be predicted.
  record Unknown(LayerConfig config, Unsupported why) implements JobPlan {

    @Override
    public String confidence() {
      return why.confidence().wireName();
    }

    @Override
    public List<String> reasons() {
      return why.reasons();
    }
  }

  /// How it fits.
  ///
  /// @param largestBatch how many samples at once fit
  /// @param remedies what makes it fit, cheapest first; empty where it does, or where nothing would
  record Answer(
      LayerConfig config, Budget budget, Fit fit, LargestBatch largestBatch, List<Remedy> remedies)
      implements JobPlan {

    public Answer {
      remedies = List.copyOf(remedies);
    }

    @Override
    public String confidence() {
      return budget.confidence().wireName();
    }

    @Override
    public List<String> reasons() {
      return budget.reasons();
    }

    /// How many samples at once fit: 0 where not even one does; empty where nobody can say.
    public OptionalInt samplesThatFit() {
      return switch (largestBatch) {
        case LargestBatch.None _ -> OptionalInt.empty();
        case LargestBatch.TooLarge _ -> OptionalInt.of(0);
        case LargestBatch.Fits(int batch, var _) -> OptionalInt.of(batch);
      };
    }
  }
}

package dev.headroom.api.view;

import dev.headroom.budget.Budget;
import dev.headroom.budget.Prediction;
import dev.headroom.budget.Unsupported;
import dev.headroom.memory.Category;
import dev.headroom.memory.MemorySize;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A prediction as the API answers it: a budget, or the reasons why there is none.
///
/// @param reasons why it is not exact; each names a layer or an expression
/// @param afterForwardBytes null in inference
record BudgetView(
    String job,
    String model,
    String confidence,
    List<String> reasons,
    @Nullable Long parameters,
    @Nullable Long parameterBytes,
    @Nullable Long bufferBytes,
    @Nullable Long gradientBytes,
    @Nullable Long optimizerStateBytes,
    @Nullable Long savedBytes,
    @Nullable Long afterForwardBytes,
    SizesView.@Nullable Predicted peak,
    @Nullable Map<String, Long> categories,
    @Nullable Map<String, Long> categoryMaxima,
    @Nullable List<LayerView> layers) {

  BudgetView {
    reasons = List.copyOf(reasons);
  }

  static BudgetView of(String job, String model, Prediction prediction) {
    return switch (prediction) {
      case Budget budget -> of(job, model, budget);
      case Unsupported unsupported ->
          new BudgetView(
              job,
              model,
              unsupported.confidence().wireName(),
              unsupported.reasons(),
              null,
              null,
              null,
              null,
              null,
              null,
              null,
              null,
              null,
              null,
              null);
    };
  }

  private static BudgetView of(String job, String model, Budget budget) {
    return new BudgetView(
        job,
        model,
        budget.confidence().wireName(),
        budget.reasons(),
        budget.parameters(),
        budget.parameterBytes().bytes(),
        budget.bufferBytes().bytes(),
        budget.gradientBytes().bytes(),
        budget.optimizerStateBytes().bytes(),
        budget.saved().bytes(),
        budget.afterForward().equals(MemorySize.ZERO) ? null : budget.afterForward().bytes(),
        SizesView.Predicted.of(budget.peak()),
        sizes(budget.categories()),
        sizes(budget.categoryMaxima()),
        budget.layers().stream().map(LayerView::of).toList());
  }

  static Map<String, Long> sizes(Map<Category, MemorySize> sizes) {
    var all = new LinkedHashMap<String, Long>();
    sizes.forEach((category, size) -> all.put(category.wireName(), size.bytes()));
    return all;
  }
}

package dev.headroom.budget;

import java.util.List;

/// The answer to "what does this job hold": a budget, or why there is none.
public sealed interface Prediction permits Budget, Unsupported {

  Confidence confidence();

  /// Why it is not exact, most important first; empty if it is.
  List<String> reasons();
}

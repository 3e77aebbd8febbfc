package dev.headroom.budget;

import java.util.List;

/// No budget, because the job cannot be predicted; every reason names the layer or the expression.
public record Unsupported(List<String> reasons) implements Prediction {

  public Unsupported {
    reasons = List.copyOf(reasons);
    if (reasons.isEmpty()) {
      throw new IllegalArgumentException("unsupported without a reason");
    }
  }

  @Override
  public Confidence confidence() {
    return Confidence.UNSUPPORTED;
  }
}

package dev.headroom.budget;

import java.util.LinkedHashMap;
import java.util.Map;

/// What we say and what PyTorch says of one run, figure by figure.
record Difference(Golden.Run run, Map<String, long[]> figures) {

  static Difference of(Golden.Run run, Prediction prediction) {
    if (!(prediction instanceof Budget budget)) {
      throw new AssertionError(run.title() + ": " + prediction.reasons());
    }
    var figures = new LinkedHashMap<String, long[]>();
    Peak peak = budget.peak();
    if (run.isPlain()) {
      put(figures, run, "parameter_bytes", budget.parameterBytes());
      put(figures, run, "buffer_bytes", budget.bufferBytes());
    }
    if (run.isTraining()) {
      put(figures, run, "gradient_bytes", budget.gradientBytes());
      put(figures, run, "optimizer_state_bytes", budget.optimizerStateBytes());
      put(figures, run, "saved_bytes", budget.saved());
      put(figures, run, "after_forward_bytes", budget.afterForward());
    }
    put(figures, run, "tensor_peak_bytes", peak.tensor());
    put(figures, run, "replayed_allocated_peak_bytes", peak.allocated());
    put(figures, run, "reserved_peak_bytes", peak.reserved());
    return new Difference(run, figures);
  }

  private static void put(
      Map<String, long[]> figures, Golden.Run run, String name, MemorySize ours) {
    figures.put(name, new long[] {ours.bytes(), run.figure(name)});
  }

  boolean isExact(String figure) {
    long[] pair = figures.get(figure);
    return pair == null || pair[0] == pair[1];
  }

  double off(String figure) {
    long[] pair = figures.get(figure);
    return pair == null ? 0 : Math.abs(pair[0] - pair[1]) / (double) Math.max(1, pair[1]);
  }

  /// What differs, one figure after the other; empty if nothing does.
  String told() {
    var text = new StringBuilder();
    figures.forEach(
        (name, pair) -> {
          if (pair[0] != pair[1]) {
            text.append(" %s %+d (%.3f %%)".formatted(name, pair[0] - pair[1], 100 * off(name)));
          }
        });
    return text.toString();
  }
}

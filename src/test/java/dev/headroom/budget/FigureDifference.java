package dev.headroom.budget;

import dev.headroom.memory.MemorySize;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/// What we say and what PyTorch says of one run, figure by figure.
public record FigureDifference(
    GoldenReferences.Run run, Prediction prediction, Map<String, long[]> figures) {

  /// What a run may differ by under autocast: half copies go in the order of a hash map.
  static final long ORDER_OF_COPIES = 2 << 20;

  private static final Set<String> PEAKS =
      Set.of("tensor_peak_bytes", "replayed_allocated_peak_bytes", "reserved_peak_bytes");

  public static FigureDifference of(GoldenReferences.Run run, Prediction prediction) {
    if (!(prediction instanceof Budget budget)) {
      throw new AssertionError(run.title() + ": " + prediction.reasons());
    }
    var figures = new LinkedHashMap<String, long[]>();
    Peak peak = budget.peak();
    figures.put("parameters", new long[] {budget.parameters(), run.figure("parameters")});
    put(figures, run, "parameter_bytes", budget.parameterBytes());
    put(figures, run, "buffer_bytes", budget.bufferBytes());
    if (run.isTraining()) {
      put(figures, run, "gradient_bytes", budget.gradientBytes());
      put(figures, run, "optimizer_state_bytes", budget.optimizerStateBytes());
      put(figures, run, "saved_bytes", budget.saved());
      put(figures, run, "after_forward_bytes", budget.afterForward());
    }
    put(figures, run, "tensor_peak_bytes", peak.tensor());
    put(figures, run, "replayed_allocated_peak_bytes", peak.allocated());
    put(figures, run, "reserved_peak_bytes", peak.reserved());
    return new FigureDifference(run, prediction, figures);
  }

  private static void put(
      Map<String, long[]> figures, GoldenReferences.Run run, String name, MemorySize ours) {
    figures.put(name, new long[] {ours.bytes(), run.figure(name)});
  }

  /// Whether the seven sums are equal: what the model, its gradients and its optimizer hold, what
  /// is saved, and what is live after the forward pass.
  public boolean sumsAreExact() {
    return figures.keySet().stream().filter(name -> !PEAKS.contains(name)).allMatch(this::isExact);
  }

  /// Whether the three peaks are equal; under autocast within what the order of half copies does.
  public boolean peaksAreExact() {
    long allowed = run.isSingle() ? 0 : ORDER_OF_COPIES;
    return PEAKS.stream().allMatch(name -> bytesOff(name) <= allowed);
  }

  /// Whether every figure is within 1 % or 2 MiB.
  boolean isClose() {
    return figures.keySet().stream()
        .allMatch(name -> off(name) <= 0.01 || bytesOff(name) <= ORDER_OF_COPIES);
  }

  private long bytesOff(String figure) {
    long[] pair = figures.get(figure);
    return pair == null ? 0 : Math.abs(pair[0] - pair[1]);
  }

  boolean isExact(String figure) {
    long[] pair = figures.get(figure);
    return pair == null || pair[0] == pair[1];
  }

  /// Equal in all sums, and in the peaks but for so many bytes.
  boolean isWithin(long slack) {
    return figures.entrySet().stream()
        .allMatch(
            it ->
                Math.abs(it.getValue()[0] - it.getValue()[1])
                    <= (it.getKey().contains("peak") ? slack : 0));
  }

  double off(String figure) {
    long[] pair = figures.get(figure);
    return pair == null ? 0 : Math.abs(pair[0] - pair[1]) / (double) Math.max(1, pair[1]);
  }

  /// What differs, one figure after the other; empty if nothing does.
  String text() {
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

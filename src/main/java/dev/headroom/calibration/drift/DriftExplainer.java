package dev.headroom.calibration.drift;

import dev.headroom.budget.Budget;
import dev.headroom.budget.Prediction;
import dev.headroom.calibration.Calibration;
import dev.headroom.calibration.Forecast;
import dev.headroom.calibration.JobKind;
import dev.headroom.calibration.MeasuredSize;
import dev.headroom.calibration.PredictedPeak;
import dev.headroom.memory.MemorySize;
import dev.headroom.network.LayerConfig;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/// Explains why a job's measured peaks are not what was predicted: predicts it again under
/// what-ifs, and keeps those whose own ranges hold what was measured.
///
/// Pure; takes some dozens of predictions, so it is asked when a job drifts, not at every sample.
public final class DriftExplainer {

  private static final int MOST = 5;
  private static final int MAX_BATCH = 1 << 20;
  private static final int SECANTS = 4;

  /// How far a prediction by a formula may be off.
  private static final double FORMULA = 0.02;

  /// How far it may be off of what is reserved: the allocator splits other blocks.
  private static final double FORMULA_RESERVED = 0.06;

  /// What a block that is split otherwise makes.
  private static final double SLACK = 4 << 20;

  /// What a hypothesis that is predicted by a formula loses to one that is right to the byte.
  private static final double UNSPECIFIC = 2;

  private static final double PAGE = 4096;
  private static final double SEGMENT = 2 << 20;

  private final Function<LayerConfig, Prediction> predict;
  private final Calibration calibration;

  /// @param predict what a configuration costs; never throws
  public DriftExplainer(Function<LayerConfig, Prediction> predict, Calibration calibration) {
    this.predict = predict;
    this.calibration = calibration;
  }

  /// What fits, the best first, each cause once; empty where the declared job fits, or none does.
  ///
  /// @param config as declared
  /// @param measured the peaks of its fullest rank; of the device where nothing else shares it
  public List<Explanation> explain(
      JobKind kind, LayerConfig config, Map<MeasuredSize, MemorySize> measured) {
    if (measured.isEmpty() || !(predict.apply(config) instanceof Budget budget)) {
      return List.of();
    }
    PredictedPeak declared = PredictedPeak.of(config, budget.peak());
    Map<MeasuredSize, MemorySize> peaks = new EnumMap<>(measured);
    if (fits(kind, declared, peaks, true)) {
      return List.of();
    }
    List<Explanation> found = new ArrayList<>();
    otherProcess(kind, declared, peaks, found);
    List<Hypothesis> hypotheses = new ArrayList<>(Hypotheses.of(config, budget, predict));
    hypotheses.addAll(batches(kind, config, budget, peaks));
    for (Hypothesis hypothesis : hypotheses) {
      if (fits(kind, hypothesis.peak(), peaks, hypothesis.isExact())) {
        found.add(
            new Explanation(
                hypothesis.cause(), hypothesis.words(), misfit(kind, hypothesis, peaks)));
      }
    }
    Collections.sort(found);
    Set<DriftCause> told = EnumSet.noneOf(DriftCause.class);
    return found.stream().filter(it -> told.add(it.cause())).limit(MOST).toList();
  }

  /// Whether the declared job's ranges do not hold what was measured; false where it has none.
  public boolean isDrifting(
      JobKind kind, LayerConfig config, Map<MeasuredSize, MemorySize> measured) {
    return predict.apply(config) instanceof Budget budget
        && !fits(kind, PredictedPeak.of(config, budget.peak()), measured, true);
  }

  /// The device holds more than the job should, and the job by itself does not.
  private void otherProcess(
      JobKind kind,
      PredictedPeak declared,
      Map<MeasuredSize, MemorySize> peaks,
      List<Explanation> found) {
    MemorySize device = peaks.get(MeasuredSize.DEVICE);
    Map<MeasuredSize, MemorySize> own = new EnumMap<>(peaks);
    own.remove(MeasuredSize.DEVICE);
    if (device != null && !own.isEmpty() && fits(kind, declared, own, true)) {
      Forecast forecast = calibration.forecast(kind, declared, MeasuredSize.DEVICE);
      if (device.compareTo(forecast.p95()) > 0) {
        MemorySize process = peaks.getOrDefault(MeasuredSize.PROCESS, forecast.p50());
        found.add(
            new Explanation(
                DriftCause.OTHER_PROCESS,
                "another process that holds about %s".formatted(device.minusOrZero(process)),
                0));
      }
    }
  }

  /// Whether the ranges of all sizes hold what was measured. Those of process and device, of which
  /// one healthy job in twenty is beyond either end, are taken twice as wide.
  ///
  /// @param isExact whether it was predicted to the byte, and not by a formula
  private boolean fits(
      JobKind kind, PredictedPeak predicted, Map<MeasuredSize, MemorySize> peaks, boolean isExact) {
    return peaks.entrySet().stream()
        .allMatch(
            entry -> {
              Forecast forecast = calibration.forecast(kind, predicted, entry.getKey());
              double peak = entry.getValue().bytes();
              double margin = isExact ? 0 : formulaMargin(entry.getKey());
              double beyond = entry.getKey().isBeyondTheAllocator() ? 1 : 0;
              double p50 = forecast.p50().bytes();
              double least = forecast.p05().bytes() - beyond * (p50 - forecast.p05().bytes());
              double most = forecast.p95().bytes() + beyond * (forecast.p95().bytes() - p50);
              return peak * (1 + margin) >= least && peak * (1 - margin) <= most;
            });
  }

  private static double formulaMargin(MeasuredSize size) {
    return size == MeasuredSize.RESERVED ? FORMULA_RESERVED : FORMULA;
  }

  /// Twice the negative logarithm of its odds, as far as it tells hypotheses apart.
  private double misfit(JobKind kind, Hypothesis hypothesis, Map<MeasuredSize, MemorySize> peaks) {
    double misfit = 2 * hypothesis.surprise();
    for (Map.Entry<MeasuredSize, MemorySize> entry : peaks.entrySet()) {
      Forecast forecast = calibration.forecast(kind, hypothesis.peak(), entry.getKey());
      misfit += cost(hypothesis, entry.getKey(), entry.getValue(), forecast);
    }
    return misfit;
  }

  /// Allocated and reserved are predicted to the byte, perhaps with what was learned beyond on top.
  /// The cost is the logarithm of how far a hypothesis is from either. A job that holds exactly
  /// what it should leaves no doubt; of those that are off by workspaces the nearest is likelier.
  private static double cost(
      Hypothesis hypothesis, MeasuredSize size, MemorySize measured, Forecast forecast) {
    double middle = forecast.p50().bytes();
    double exact =
        (size == MeasuredSize.ALLOCATED
                ? hypothesis.peak().allocated()
                : hypothesis.peak().reserved())
            .bytes();
    double off = Math.min(Math.abs(measured.bytes() - exact), Math.abs(measured.bytes() - middle));
    double slack = hypothesis.isExact() ? 0 : SLACK + FORMULA / 2 * exact;
    double unspecific = hypothesis.isExact() ? 0 : UNSPECIFIC;
    return switch (size) {
      case ALLOCATED -> unspecific + Math.log1p(Math.max(0, off - slack) / PAGE);
      case RESERVED -> Math.log1p(Math.max(0, off - slack) / SEGMENT);
      case PROCESS, DEVICE ->
          Math.abs(measured.bytes() - middle)
              / (SEGMENT + forecast.p95().bytes() - forecast.p05().bytes());
    };
  }

  /// The batch size that fits best, and twice and half the declared one.
  private List<Hypothesis> batches(
      JobKind kind, LayerConfig config, Budget budget, Map<MeasuredSize, MemorySize> peaks) {
    Map.Entry<MeasuredSize, MemorySize> telling = peaks.entrySet().iterator().next();
    Set<Integer> batches = new TreeSet<>();
    int declared = config.setup().batchSize();
    for (int factor = 2; factor <= 8; factor *= 2) {
      batches.add(declared / factor);
      batches.add((int) Math.min(MAX_BATCH, (long) declared * factor));
    }
    double low = declared;
    double lowBytes = expected(kind, config, budget, telling.getKey());
    double next = 2.0 * declared;
    for (int i = 0; i < SECANTS; i++) {
      int batch = (int) Math.clamp(Math.round(next), 1L, MAX_BATCH);
      batches.add(batch);
      LayerConfig changed = config.withSetup(config.setup().withBatchSize(batch));
      if (batch == Math.round(low) || !(predict.apply(changed) instanceof Budget other)) {
        break;
      }
      double bytes = expected(kind, changed, other, telling.getKey());
      double slope = (bytes - lowBytes) / (batch - low);
      if (!(slope > 0)) {
        break;
      }
      low = batch;
      lowBytes = bytes;
      next = batch + (telling.getValue().bytes() - bytes) / slope;
    }
    batches.removeIf(batch -> batch < 1 || batch == declared);
    List<Hypothesis> found = new ArrayList<>();
    for (int batch : batches) {
      LayerConfig changed = config.withSetup(config.setup().withBatchSize(batch));
      if (predict.apply(changed) instanceof Budget other) {
        found.add(Hypotheses.ofBatch(config, changed, other));
      }
    }
    return found;
  }

  private double expected(JobKind kind, LayerConfig config, Budget budget, MeasuredSize size) {
    return calibration.forecast(kind, PredictedPeak.of(config, budget.peak()), size).p50().bytes();
  }
}

package dev.headroom.cli;

import dev.headroom.budget.Budget;
import dev.headroom.budget.Category;
import dev.headroom.budget.Confidence;
import dev.headroom.budget.GpuModel;
import dev.headroom.budget.LargestBatch;
import dev.headroom.budget.LayerCost;
import dev.headroom.budget.MemorySize;
import dev.headroom.budget.Peak;
import dev.headroom.budget.Saving;
import dev.headroom.budget.Savings;
import dev.headroom.budget.Unsupported;
import dev.headroom.network.LayerConfig;
import dev.headroom.network.Mode;
import dev.headroom.network.Optimizer;
import dev.headroom.network.Optimizer.Implementation;
import dev.headroom.network.Precision;
import dev.headroom.network.TrainingSetup;
import java.io.PrintWriter;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// A prediction for people.
///
/// @param gpu where the job shall fit, if that is asked
record PredictionReport(PrintWriter out, Bars bars, Optional<GpuModel> gpu, Savings savings) {

  private static final int HEAVIEST = 10;
  private static final int SAVINGS = 6;

  void print(LayerConfig config, Budget budget) {
    Peak peak = budget.peak();
    line("%s: %s", config.model().isEmpty() ? config.job() : config.model(), setup(config.setup()));
    line("");
    for (Map.Entry<Category, MemorySize> entry : budget.categories().entrySet()) {
      sized(entry.getKey().wireName(), entry.getValue(), peak.device());
    }
    line("  %-18s%12s", "on the device", peak.device());
    line("");
    line("The peak comes %s.", where(peak));
    line("  %-11s%12s  live tensors", "tensors", peak.tensor());
    line("  %-11s%12s  as the allocator's blocks", "allocated", peak.allocated());
    line("  %-11s%12s  in %d segments", "reserved", peak.reserved(), peak.segments());
    line(
        "  %-11s%12s  with context and libraries; 19 of 20 such jobs stay below %s",
        "device", peak.device(), peak.deviceP95());
    gpu.ifPresent(
        device -> line("  %-11s%12s  %s", device.name(), device.total(), fit(peak, device)));
    heaviest(config.setup().mode(), budget.layers());
    savings(savings.of(config, budget), budget);
    line("");
    line("%s", confidence(budget.confidence()));
    budget.reasons().forEach(reason -> line("  %s", reason));
    line("");
  }

  /// The answer to how many samples fit, in a sentence.
  static String sentence(LayerConfig config, GpuModel gpu, LargestBatch largest) {
    return switch (largest) {
      case LargestBatch.None(Unsupported why) -> config.job() + ": unsupported";
      case LargestBatch.TooLarge(Budget one) ->
          "%s: not even a batch of 1 fits on %s (%s): the device peak is %s, 19 of 20 below %s"
              .formatted(
                  config.job(),
                  gpu.name(),
                  gpu.total(),
                  one.peak().device(),
                  one.peak().deviceP95());
      case LargestBatch.Fits(int batch, Budget fits) ->
          "%s: a batch of %d fits on %s (%s), %d does not: the device peak is %s, 19 of 20 below %s"
              .formatted(
                  config.job(),
                  batch,
                  gpu.name(),
                  gpu.total(),
                  batch + 1L,
                  fits.peak().device(),
                  fits.peak().deviceP95());
    };
  }

  private void sized(String name, MemorySize size, MemorySize whole) {
    line(
        "  %-18s%12s %4.0f %%  %s",
        name,
        size,
        100.0 * size.bytes() / Math.max(1, whole.bytes()),
        bars.of(size.bytes(), whole.bytes()));
  }

  private void heaviest(Mode mode, List<LayerCost> layers) {
    Comparator<LayerCost> weight =
        switch (mode) {
          case TRAINING -> Comparator.comparing(layer -> layer.saved().plus(layer.parameters()));
          case INFERENCE -> Comparator.comparing(layer -> layer.output().plus(layer.parameters()));
        };
    List<LayerCost> most = layers.stream().sorted(weight.reversed()).limit(HEAVIEST).toList();
    int width = most.stream().mapToInt(layer -> layer.name().length()).max().orElse(0);
    line("");
    line("The heaviest layers");
    String row = "  %-" + Math.max(5, width) + "s  %-16s%12s%12s%12s%12s";
    line(row, "layer", "type", "parameters", "output", "saved", "at the peak");
    for (LayerCost layer : most) {
      line(
          row,
          layer.name(),
          layer.type(),
          layer.parameters(),
          layer.output(),
          layer.saved(),
          layer.atPeak());
    }
  }

  private void savings(List<Saving> most, Budget now) {
    if (most.isEmpty()) {
      return;
    }
    line("");
    line("What would save most on the device");
    for (Saving saving : most.subList(0, Math.min(SAVINGS, most.size()))) {
      line(
          "  %12s %4.0f %%  %s%s",
          saving.device(),
          100.0 * saving.device().bytes() / now.peak().device().bytes(),
          saving.change(),
          saving.prediction().confidence() == Confidence.EXACT ? "" : " (modelled)");
    }
  }

  private static String fit(Peak peak, GpuModel gpu) {
    if (peak.deviceP95().compareTo(gpu.total()) <= 0) {
      return "it fits, %s are left".formatted(gpu.total().minusOrZero(peak.device()));
    }
    return peak.device().compareTo(gpu.total()) <= 0
        ? "it may run out of memory: %s are left, fewer than the spread"
            .formatted(gpu.total().minusOrZero(peak.device()))
        : "it does not fit: %s are missing".formatted(peak.device().minusOrZero(gpu.total()));
  }

  private static String where(Peak peak) {
    String phase =
        switch (peak.phase()) {
          case SETUP -> "in set-up";
          case FORWARD -> "in the forward pass";
          case LOSS -> "in the loss";
          case BACKWARD -> "in the backward pass";
          case OPTIMIZER_STEP -> "in the optimizer's step";
        };
    return peak.layer().isEmpty() ? phase : phase + ", at " + peak.layer();
  }

  private static String confidence(Confidence confidence) {
    return switch (confidence) {
      case EXACT ->
          "Exact, by rules checked to the byte, but for what the device holds beyond reserved.";
      case MODELLED -> "Modelled, because";
      case UNSUPPORTED -> "Unsupported, because";
    };
  }

  private static String setup(TrainingSetup setup) {
    var text = new StringBuilder(setup.mode().wireName()).append(", batch ");
    text.append(setup.batchSize()).append(", ").append(precision(setup.precision()));
    if (setup.mode() == Mode.TRAINING) {
      text.append(", ").append(optimizer(setup.optimizer()));
      if (setup.gradients().accumulationSteps() > 1) {
        text.append(", accumulated over ").append(setup.gradients().accumulationSteps());
      }
      if (!setup.checkpointing().isEmpty()) {
        text.append(", %d modules checkpointed".formatted(setup.checkpointing().size()));
      }
    }
    if (setup.parallelism().worldSize() > 1) {
      text.append(
          ", %s over %d ranks"
              .formatted(
                  setup.parallelism().strategy().wireName(), setup.parallelism().worldSize()));
    }
    return text.toString();
  }

  private static String precision(Precision precision) {
    String parameters = precision.parameters().wireName();
    return precision.isAutocast()
        ? "%s, autocast to %s".formatted(parameters, precision.autocast().wireName())
        : parameters;
  }

  private static String optimizer(Optimizer optimizer) {
    var text = new StringBuilder(optimizer.kind().wireName());
    if (optimizer.momentum() > 0) {
      text.append(" with momentum ").append(optimizer.momentum());
    }
    if (optimizer.amsgrad()) {
      text.append(" (amsgrad)");
    }
    if (optimizer.implementation() != Implementation.FOREACH) {
      text.append(" (").append(optimizer.implementation().wireName()).append(')');
    }
    return text.toString();
  }

  // The annotation that the check asks for is not on our class path.
  @SuppressWarnings("AnnotateFormatMethod")
  private void line(String format, Object... values) {
    out.println(String.format(Locale.ROOT, format, values).stripTrailing());
  }
}

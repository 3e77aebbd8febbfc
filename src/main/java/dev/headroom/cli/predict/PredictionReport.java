package dev.headroom.cli.predict;

import dev.headroom.budget.Budget;
import dev.headroom.budget.Confidence;
import dev.headroom.budget.KernelTemporaries;
import dev.headroom.budget.LayerCost;
import dev.headroom.budget.Peak;
import dev.headroom.budget.whatif.LargestBatch;
import dev.headroom.budget.whatif.MemorySaver;
import dev.headroom.budget.whatif.MemorySavers;
import dev.headroom.gpu.CudaDevice;
import dev.headroom.memory.Category;
import dev.headroom.memory.MemorySize;
import dev.headroom.network.LayerConfig;
import dev.headroom.network.setup.RunMode;
import dev.headroom.plan.change.Remedies;
import dev.headroom.plan.change.Remedy;
import java.io.PrintWriter;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// A prediction for people, as text.
///
/// @param gpu where the job shall fit, if that is asked
/// @param remedies what makes it fit there
record PredictionReport(
    PrintWriter out,
    TextBars bars,
    Optional<CudaDevice> gpu,
    MemorySavers savings,
    Remedies remedies) {

  private static final int HEAVIEST = 10;
  private static final int SAVINGS = 6;

  void print(LayerConfig config, Budget budget) {
    Peak peak = budget.peak();
    line("%s: %s", title(config), SetupText.of(config.setup()));
    line("");
    for (Map.Entry<Category, MemorySize> entry : budget.categories().entrySet()) {
      sized(entry.getKey().wireName(), entry.getValue(), peak.device());
    }
    line("  %-18s%12s", "on the device", peak.device());
    line("  (other: context and libraries, workspaces, the allocator's rounding and free blocks)");
    line("");
    line("The peak comes %s.", where(peak));
    line("  %-11s%12s  live tensors", "tensors", peak.tensor());
    line("  %-11s%12s  as the allocator's blocks", "allocated", peak.allocated());
    line("  %-11s%12s  in %d segments", "reserved", peak.reserved(), peak.segments());
    kernels(peak.kernelTemporaries());
    line(
        "  %-11s%12s  with context and libraries, as the driver shows it", "device", peak.device());
    line("  %-11s%12s  19 of 20 such jobs stay below", "", peak.deviceP95());
    gpu.ifPresent(
        device -> line("  %-11s%12s  %s", device.name(), device.usable(), fit(peak, device)));
    heaviest(config.setup().mode(), budget.layers());
    savings(savings.of(config, budget), budget);
    gpu.ifPresent(device -> remedies(config, budget.peak(), device));
    line("");
    trust(budget);
    line("");
  }

  private void kernels(KernelTemporaries temporaries) {
    if (!temporaries.isNone()) {
      line(
          "  %-11s%12s  more reserved on a GPU, and %s allocated:",
          "kernels", temporaries.reserved(), temporaries.allocated());
      line("  %-11s%12s  buffers that CUDA kernels hold at the peak", "", "");
    }
  }

  private void trust(Budget budget) {
    line("%s", confidence(budget.confidence()));
    budget.reasons().forEach(reason -> line("  %s", reason));
  }

  /// How many samples fit; nothing where no budget says it.
  void print(LayerConfig config, CudaDevice device, LargestBatch largest) {
    switch (largest) {
      case LargestBatch.None _ -> {}
      case LargestBatch.TooLarge(Budget one) -> {
        line(
            "%s: not even a batch of 1 fits on %s (%s).",
            config.job(), device.name(), device.usable());
        trusted(one);
      }
      case LargestBatch.Fits(int batch, Budget fits) -> {
        line(
            "%s: a batch of %d fits on %s (%s), %d does not.",
            config.job(), batch, device.name(), device.usable(), batch + 1L);
        trusted(fits);
      }
    }
  }

  private void trusted(Budget budget) {
    Peak peak = budget.peak();
    line(
        "  The device peak is %s; 19 of 20 such jobs stay below %s.",
        peak.device(), peak.deviceP95());
    if (budget.confidence() != Confidence.EXACT) {
      trust(budget);
    }
  }

  private void sized(String name, MemorySize size, MemorySize whole) {
    line(
        "  %-18s%12s %4.0f %%  %s",
        name,
        size,
        100.0 * size.bytes() / Math.max(1, whole.bytes()),
        bars.of(size.bytes(), whole.bytes()));
  }

  private void heaviest(RunMode mode, List<LayerCost> layers) {
    Comparator<LayerCost> weight =
        switch (mode) {
          case TRAINING -> Comparator.comparing(layer -> layer.saved().plus(layer.parameters()));
          case INFERENCE -> Comparator.comparing(layer -> layer.output().plus(layer.parameters()));
        };
    line("");
    line("The heaviest layers");
    line("%s  layer", columns(mode, "parameters", "output", "saved", "at the peak"));
    layers.stream()
        .sorted(weight.reversed())
        .collect(Collectors.groupingBy(Alike::of, LinkedHashMap::new, Collectors.toList()))
        .values()
        .stream()
        .limit(HEAVIEST)
        .forEach(
            alike -> {
              LayerCost layer = alike.getFirst();
              line(
                  "%s  %s%s (%s)",
                  columns(mode, layer.parameters(), layer.output(), layer.saved(), layer.atPeak()),
                  layer.name(),
                  alike.size() == 1 ? "" : " and %d like it".formatted(alike.size() - 1),
                  layer.type());
            });
  }

  /// Layers whose rows differ by the numbers in their names only; sizes are each layer's own.
  private record Alike(
      String name,
      String type,
      MemorySize parameters,
      MemorySize output,
      MemorySize saved,
      MemorySize atPeak) {

    static Alike of(LayerCost layer) {
      return new Alike(
          layer.name().replaceAll("[0-9]+", "N"),
          layer.type(),
          layer.parameters(),
          layer.output(),
          layer.saved(),
          layer.atPeak());
    }
  }

  /// What an evaluated layer saves is nothing; a trained one's result counts where it is saved.
  private static String columns(
      RunMode mode, Object parameters, Object output, Object saved, Object atPeak) {
    return switch (mode) {
      case TRAINING -> String.format(Locale.ROOT, "%13s%12s%13s", parameters, saved, atPeak);
      case INFERENCE -> String.format(Locale.ROOT, "%13s%12s", parameters, output);
    };
  }

  private void savings(List<MemorySaver> most, Budget now) {
    if (most.isEmpty()) {
      return;
    }
    line("");
    line("What would save most on the device");
    for (MemorySaver saving : most.subList(0, Math.min(SAVINGS, most.size()))) {
      line(
          "  %12s %4.0f %%  %s%s",
          saving.device(),
          100.0 * saving.device().bytes() / now.peak().device().bytes(),
          saving.change(),
          saving.prediction().confidence() == now.confidence() ? "" : " (modelled)");
    }
  }

  private void remedies(LayerConfig config, Peak peak, CudaDevice device) {
    if (peak.deviceP95().compareTo(device.usable()) <= 0) {
      return;
    }
    List<Remedy> all = remedies.of(config, device);
    line("");
    if (all.isEmpty()) {
      line("No change of its set-up that is known here makes it fit on %s.", device.name());
      return;
    }
    line("What would make it fit on %s, the least costly first", device.name());
    for (Remedy remedy : all) {
      line(
          "  %12s left  %s%s",
          new MemorySize(remedy.fit().headroom()),
          remedy.changes().size() > 1 ? "together: " : "",
          String.join("; ", remedy.changes()));
    }
  }

  private static String fit(Peak peak, CudaDevice gpu) {
    if (peak.deviceP95().compareTo(gpu.usable()) <= 0) {
      return "it fits, %s are left".formatted(gpu.usable().minusOrZero(peak.device()));
    }
    return peak.device().compareTo(gpu.usable()) <= 0
        ? "it may run out of memory: %s are left, fewer than the spread"
            .formatted(gpu.usable().minusOrZero(peak.device()))
        : "it does not fit: %s are missing".formatted(peak.device().minusOrZero(gpu.usable()));
  }

  private static String title(LayerConfig config) {
    return config.model().isEmpty() || config.model().equals(config.job())
        ? config.job()
        : "%s (%s)".formatted(config.job(), config.model());
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

  // The annotation that the check asks for is not on our class path.
  @SuppressWarnings("AnnotateFormatMethod")
  private void line(String format, Object... values) {
    out.println(String.format(Locale.ROOT, format, values).stripTrailing());
  }
}

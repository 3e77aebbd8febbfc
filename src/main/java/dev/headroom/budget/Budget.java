package dev.headroom.budget;

import dev.headroom.budget.allocator.AllocatorPeaks;
import dev.headroom.budget.device.DeviceOverhead;
import dev.headroom.budget.iteration.AllocationTrace;
import dev.headroom.budget.iteration.IterationSizes;
import dev.headroom.budget.model.ModelSizes;
import dev.headroom.memory.Category;
import dev.headroom.memory.MemorySize;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/// What one rank of a job holds in GPU memory.
///
/// @param layers one row a layer, in execution order
public record Budget(
    ModelSizes model,
    IterationSizes iteration,
    Peak peak,
    Stack stack,
    List<LayerCost> layers,
    MemoryTimeline timeline,
    Confidence confidence,
    List<String> reasons)
    implements Prediction {

  public Budget {
    layers = List.copyOf(layers);
    reasons = List.copyOf(reasons);
    if (!stack.sum().equals(peak.device())) {
      throw new IllegalArgumentException(
          "categories do not add up to the device peak: %d, %d"
              .formatted(stack.sum().bytes(), peak.device().bytes()));
    }
  }

  /// Each category's memory; those that are not named hold nothing.
  ///
  /// @param atPeak adds up to the device peak's median
  /// @param maxima the most that each category holds at any time
  public record Stack(Map<Category, MemorySize> atPeak, Map<Category, MemorySize> maxima) {

    public Stack {
      atPeak = complete(atPeak);
      maxima = complete(maxima);
    }

    /// The same with more in one category, at the peak and at any time.
    Stack with(Category category, long bytes) {
      return new Stack(more(atPeak, category, bytes), more(maxima, category, bytes));
    }

    private static Map<Category, MemorySize> more(
        Map<Category, MemorySize> sizes, Category category, long bytes) {
      var all = new EnumMap<Category, MemorySize>(sizes);
      all.computeIfPresent(category, (_, size) -> new MemorySize(size.bytes() + bytes));
      return all;
    }

    MemorySize sum() {
      return atPeak.values().stream().reduce(MemorySize.ZERO, MemorySize::plus);
    }

    private static Map<Category, MemorySize> complete(Map<Category, MemorySize> sizes) {
      var all = new EnumMap<Category, MemorySize>(Category.class);
      for (Category category : Category.values()) {
        all.put(category, sizes.getOrDefault(category, MemorySize.ZERO));
      }
      return Collections.unmodifiableMap(all);
    }
  }

  /// The budget that a job's allocations come to.
  ///
  /// @param replay of that trace
  /// @throws ArithmeticException if more bytes are held than a `long` counts
  static Budget of(AllocationTrace trace, Replay replay, DeviceOverhead overhead) {
    AllocatorPeaks peaks = replay.peaks();
    var reserved = new MemorySize(peaks.reserved());
    KernelTemporaries temporaries = KernelTemporaries.of(trace, peaks);
    MemorySize expected = reserved.plus(temporaries.reserved());
    DeviceOverhead.Beyond beyond = overhead.beyond(trace.config(), expected);
    MemorySize device = expected.plus(beyond.median());
    MemorySize tensors = replay.tensors().sum();
    var peak =
        new Peak(
            tensors,
            new MemorySize(peaks.allocated()),
            reserved,
            device,
            expected.plus(beyond.p95()),
            replay.phase(),
            replay.layer(),
            peaks.segments(),
            new MemorySize(peaks.inactiveSplit()),
            temporaries);
    var caveats = Caveats.of(trace.config(), trace.network());
    return new Budget(
        trace.model(),
        trace.sizes(),
        peak,
        replay.tensors().with(Category.OTHER, device.bytes() - tensors.bytes()),
        LayerCost.of(trace, replay, caveats),
        replay.timeline(),
        caveats.confidence(),
        caveats.reasons());
  }

  /// The same job where the device holds otherwise beyond the allocator.
  public Budget with(DeviceOverhead.Beyond beyond) {
    Peak changed = peak.with(beyond);
    long more = changed.device().bytes() - peak.device().bytes();
    return new Budget(
        model,
        iteration,
        changed,
        stack.with(Category.OTHER, more),
        layers,
        timeline,
        confidence,
        reasons);
  }

  /// How many trained and frozen numbers the model has.
  public long parameters() {
    return model.parameters();
  }

  public MemorySize parameterBytes() {
    return model.parameterBytes();
  }

  public MemorySize bufferBytes() {
    return model.bufferBytes();
  }

  public MemorySize gradientBytes() {
    return iteration.gradients();
  }

  public MemorySize optimizerStateBytes() {
    return iteration.optimizerState();
  }

  /// Distinct storages that are kept for the backward pass; zero in inference.
  public MemorySize saved() {
    return iteration.saved();
  }

  /// Live storages after the loss; zero in inference.
  public MemorySize afterForward() {
    return iteration.afterForward();
  }

  /// The stack at the peak; adds up to the device peak's median.
  public Map<Category, MemorySize> categories() {
    return stack.atPeak;
  }

  /// The most that each category holds at any time.
  public Map<Category, MemorySize> categoryMaxima() {
    return stack.maxima;
  }
}

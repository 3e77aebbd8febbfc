package dev.headroom.budget;

import dev.headroom.memory.Category;
import dev.headroom.memory.MemorySize;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/// What one rank of a job holds in GPU memory.
///
/// @param parameters how many trained and frozen numbers the model has
/// @param saved distinct storages that the forward pass and loss keep for the backward pass, inputs
///     and targets included, parameters and buffers not; zero in inference
/// @param afterForward live storages after the loss; zero in inference
/// @param categories the stack at the peak; adds up to the device peak's median
/// @param categoryMaxima the most that each category holds at any time
/// @param layers one row a layer, in execution order
public record Budget(
    long parameters,
    MemorySize parameterBytes,
    MemorySize bufferBytes,
    MemorySize gradientBytes,
    MemorySize optimizerStateBytes,
    MemorySize saved,
    MemorySize afterForward,
    Peak peak,
    Map<Category, MemorySize> categories,
    Map<Category, MemorySize> categoryMaxima,
    List<LayerCost> layers,
    MemoryTimeline timeline,
    Confidence confidence,
    List<String> reasons)
    implements Prediction {

  public Budget {
    categories = complete(categories);
    categoryMaxima = complete(categoryMaxima);
    layers = List.copyOf(layers);
    reasons = List.copyOf(reasons);
    long stack = 0;
    for (MemorySize size : categories.values()) {
      stack = Math.addExact(stack, size.bytes());
    }
    if (stack != peak.device().bytes()) {
      throw new IllegalArgumentException(
          "categories do not add up to the device peak: " + stack + ", " + peak.device().bytes());
    }
  }

  private static Map<Category, MemorySize> complete(Map<Category, MemorySize> sizes) {
    var all = new EnumMap<Category, MemorySize>(Category.class);
    for (Category category : Category.values()) {
      all.put(category, sizes.getOrDefault(category, MemorySize.ZERO));
    }
    return Collections.unmodifiableMap(all);
  }
}

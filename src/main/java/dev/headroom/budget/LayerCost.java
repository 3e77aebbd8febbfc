package dev.headroom.budget;

import dev.headroom.budget.iteration.AllocationTrace;
import dev.headroom.budget.trace.AllocatedStorage;
import dev.headroom.memory.MemorySize;
import dev.headroom.network.Layer;
import dev.headroom.network.operation.View;
import dev.headroom.network.setup.TrainingSetup;
import java.util.ArrayList;
import java.util.List;

/// What one layer costs.
///
/// @param type the layer's type in the contract
/// @param output its result, for the batch; a view's takes no memory of its own
/// @param saved storages kept for the backward pass that this layer was the last to write
/// @param atPeak of those, what is alive at the peak
public record LayerCost(
    String name,
    String type,
    MemorySize parameters,
    MemorySize output,
    MemorySize saved,
    MemorySize atPeak,
    Confidence confidence) {

  /// What each layer costs, in execution order.
  static List<LayerCost> of(AllocationTrace trace, Replay replay, Caveats caveats) {
    List<Layer> layers = trace.network().layers();
    long[] saved = new long[layers.size()];
    for (int id = 0; id < trace.events().storages(); id++) {
      add(trace.events().storage(id), saved);
    }
    long[] atPeak = new long[layers.size()];
    replay.atPeak().forEach(storage -> add(storage, atPeak));
    var costs = new ArrayList<LayerCost>(layers.size());
    for (int i = 0; i < layers.size(); i++) {
      Layer layer = layers.get(i);
      costs.add(
          new LayerCost(
              layer.name(),
              layer.operation().type(),
              trace.layerParameters().get(i),
              output(trace, layer),
              new MemorySize(saved[i]),
              new MemorySize(atPeak[i]),
              caveats.of(layer)));
    }
    return costs;
  }

  private static void add(AllocatedStorage storage, long[] saved) {
    if (storage.saved() && storage.layer() >= 0) {
      saved[storage.layer()] += storage.bytes();
    }
  }

  private static MemorySize output(AllocationTrace trace, Layer layer) {
    if (layer.operation() instanceof View) {
      return MemorySize.ZERO;
    }
    TrainingSetup setup = trace.config().setup();
    long elements = trace.network().value(layer.name()).elements(setup.batchSize());
    return new MemorySize(elements).times(setup.precision().autocast().bytes());
  }
}

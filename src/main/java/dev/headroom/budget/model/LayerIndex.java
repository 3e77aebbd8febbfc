package dev.headroom.budget.model;

import dev.headroom.network.Layer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The position of each layer in the order of execution, by name.
public final class LayerIndex {

  private final Map<String, Integer> byName;

  public LayerIndex(List<Layer> layers) {
    byName = HashMap.newHashMap(layers.size());
    for (int i = 0; i < layers.size(); i++) {
      byName.put(layers.get(i).name(), i);
    }
  }

  /// The layer's place, or −1 if no layer has that name: then it is an input's.
  public int of(String name) {
    return byName.getOrDefault(name, -1);
  }
}

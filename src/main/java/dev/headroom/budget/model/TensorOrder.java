package dev.headroom.budget.model;

import dev.headroom.network.Layer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// The two orders in which the framework walks the tensors of a model.
///
/// @param toDevice layers with tensors in the order of `Module.to()`
/// @param ofOptimizer layers with parameters in the order of `Module.parameters()`
record TensorOrder(List<Integer> toDevice, List<Integer> ofOptimizer) {

  /// As the config says with `placed` and `stepped`; else as the layers' names spell the modules.
  static TensorOrder of(List<Layer> layers) {
    var owners = new ArrayList<Integer>();
    for (int i = 0; i < layers.size(); i++) {
      if (layers.get(i).ownsTensors()) {
        owners.add(i);
      }
    }
    if (!isSaid(layers, owners)) {
      var modules = new ModuleOrder(layers);
      return new TensorOrder(modules.toDevice(), modules.ofOptimizer());
    }
    Comparator<Integer> placed = Comparator.comparing(i -> layers.get(i).traits().placed());
    Comparator<Integer> stepped = Comparator.comparing(i -> layers.get(i).traits().stepped());
    return new TensorOrder(
        owners.stream().sorted(placed).toList(),
        owners.stream()
            .filter(i -> !layers.get(i).ownParameters().isEmpty())
            .sorted(stepped)
            .toList());
  }

  /// Whether every owner of tensors says its places.
  private static boolean isSaid(List<Layer> layers, List<Integer> owners) {
    return owners.stream()
        .map(layers::get)
        .allMatch(
            layer ->
                layer.traits().placed() >= 0
                    && (layer.traits().stepped() >= 0 || layer.ownParameters().isEmpty()));
  }
}

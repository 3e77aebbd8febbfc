package dev.headroom.budget;

import dev.headroom.network.Layer;
import dev.headroom.network.Leaf;
import dev.headroom.network.Linear;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The module tree that layer names spell, and the two orders in which the framework walks it.
///
/// `Module.to()` takes children first, `Module.parameters()` a module's own first. Source:
/// `torch/nn/modules/module.py`.
final class ModuleOrder {

  /// Deeper names count as one module from here on.
  private static final int MAX_DEPTH = 64;

  private final Module root = new Module();
  private final Set<String> attentions = new HashSet<>();

  ModuleOrder(List<Layer> layers) {
    for (Layer layer : layers) {
      String name = layer.name();
      if (layer.operation() instanceof Leaf && name.endsWith(".in_proj_bias")) {
        attentions.add(name.substring(0, name.length() - ".in_proj_bias".length()));
      }
    }
    for (int i = 0; i < layers.size(); i++) {
      Layer layer = layers.get(i);
      if (!layer.operation().parameters().isEmpty() || !layer.operation().buffers().isEmpty()) {
        module(path(layer)).own.add(i);
      }
    }
  }

  /// The module that a layer's tensors belong to. The second product of an attention module is its
  /// child.
  private String path(Layer layer) {
    String name = layer.name();
    if (layer.operation() instanceof Leaf) {
      int dot = name.lastIndexOf('.');
      return dot < 0 ? "" : name.substring(0, dot);
    }
    if (layer.operation() instanceof Linear && name.endsWith("_1")) {
      String module = name.substring(0, name.length() - 2);
      return attentions.contains(module) ? module + ".out_proj" : name;
    }
    return name;
  }

  private Module module(String path) {
    Module module = root;
    if (!path.isEmpty()) {
      for (String part : path.split("\\.", MAX_DEPTH)) {
        module = module.children.computeIfAbsent(part, _ -> new Module());
      }
    }
    return module;
  }

  List<Integer> toDevice() {
    var order = new ArrayList<Integer>();
    root.walk(order, false);
    return order;
  }

  List<Integer> ofOptimizer() {
    var order = new ArrayList<Integer>();
    root.walk(order, true);
    return order;
  }

  private static final class Module {
    private final List<Integer> own = new ArrayList<>();
    private final Map<String, Module> children = new LinkedHashMap<>();

    void walk(List<Integer> order, boolean ownFirst) {
      if (ownFirst) {
        order.addAll(own);
      }
      for (Module child : children.values()) {
        child.walk(order, ownFirst);
      }
      if (!ownFirst) {
        order.addAll(own);
      }
    }
  }
}

package dev.headroom.budget.model;

import dev.headroom.network.Layer;
import dev.headroom.network.operation.Leaf;
import dev.headroom.network.operation.Linear;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;

/// The module tree that layer names spell, and the two orders in which the framework walks it.
///
/// `Module.to()` takes children first, `Module.parameters()` a module's own first. Source:
/// `torch/nn/modules/module.py`.
///
/// Layers come as they run, modules as they are registered. They mostly agree; where torchvision's
/// classes are known to differ, the tree is put right.
final class ModuleOrder {

  /// Deeper names count as one module from here on.
  private static final int MAX_DEPTH = 64;

  /// Swin's patch merging runs its norm first, its second version's block its attention; an encoder
  /// and a decoder layer run their norms between. Sources:
  /// `torchvision/models/swin_transformer.py`, `torch/nn/modules/transformer.py`.
  private static final List<List<String>> REGISTERED =
      List.of(
          List.of("reduction", "norm"),
          List.of("norm1", "attn", "norm2", "mlp"),
          List.of("self_attn", "multihead_attn", "linear1", "linear2", "norm1", "norm2", "norm3"));

  /// What makes the position biases of Swin's second version, first of all, but is registered last.
  private static final String BIAS_TABLE = "cpb_mlp";

  private final Module root = new Module();
  private final Set<String> attentions = new HashSet<>();

  /// Modules with parameters or buffers of their own that are no attention modules.
  private final Set<String> bearers = new HashSet<>();

  ModuleOrder(List<Layer> layers) {
    var products = new HashSet<String>();
    for (Layer layer : layers) {
      String name = layer.name();
      if (layer.operation() instanceof Leaf && name.endsWith(".in_proj_bias")) {
        attentions.add(name.substring(0, name.length() - ".in_proj_bias".length()));
      }
      boolean bias = layer.operation() instanceof Leaf && name.endsWith(".bias");
      if (layer.operation() instanceof Leaf && !(bias && products.contains(parent(name)))) {
        bearers.add(parent(name));
      }
      if (layer.operation() instanceof Linear linear && !linear.bias()) {
        products.add(name);
      }
    }
    bearers.removeAll(attentions);
    // Buffers that no layer reads come first in a config, wherever they are registered.
    for (boolean buffers : new boolean[] {false, true}) {
      for (int i = 0; i < layers.size(); i++) {
        Layer layer = layers.get(i);
        boolean has = !layer.operation().parameters().isEmpty();
        if (buffers ? !has && !layer.operation().buffers().isEmpty() : has) {
          add(layer, i);
        }
      }
    }
    root.children.values().forEach(Module::asRegistered);
    root.auxiliaryHeadsStandTogether();
  }

  private void add(Layer layer, int at) {
    Module module = root;
    boolean training = layer.traits().trainingOnly();
    String path = path(layer);
    if (!path.isEmpty()) {
      for (String part : path.split("\\.", MAX_DEPTH)) {
        module = module.children.computeIfAbsent(part, _ -> new Module());
        module.trainingOnly &= training;
      }
    }
    module.own.add(at);
  }

  private static String parent(String name) {
    int dot = name.lastIndexOf('.');
    return dot < 0 ? "" : name.substring(0, dot);
  }

  /// The module that a layer's tensors belong to. Products that a module with tensors of its own
  /// runs are its children; of an attention module only the second one is.
  private String path(Layer layer) {
    String name = layer.name();
    if (layer.operation() instanceof Leaf) {
      return parent(name);
    }
    String called = name.replaceFirst("_[0-9]+$", "");
    if (bearers.contains(called)) {
      return called + "." + name.substring(name.lastIndexOf('.') + 1);
    }
    if (layer.operation() instanceof Linear && name.endsWith("_1")) {
      String module = name.substring(0, name.length() - 2);
      return attentions.contains(module) ? module + ".out_proj" : name;
    }
    return name;
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
    private final LinkedHashMap<String, Module> children = new LinkedHashMap<>();
    private boolean trainingOnly = true;

    /// Children that run in another order than their class registers them in.
    void asRegistered() {
      for (List<String> order : REGISTERED) {
        if (order.containsAll(children.keySet()) && children.size() > 1) {
          for (String name : order) {
            Module child = children.remove(name);
            if (child != null) {
              children.put(name, child);
            }
          }
        }
      }
      Module table = children.remove(BIAS_TABLE);
      if (table != null) {
        children.put(BIAS_TABLE, table);
      }
      children.values().forEach(Module::asRegistered);
    }

    /// Several heads that only train are registered behind the trunk, before the last module; a
    /// single one where it runs.
    void auxiliaryHeadsStandTogether() {
      var heads = new ArrayList<String>();
      children.forEach(
          (name, child) -> {
            if (child.trainingOnly) {
              heads.add(name);
            }
          });
      if (heads.size() > 1 && heads.size() < children.size()) {
        String last = children.lastEntry().getKey();
        var moved = new ArrayList<>(heads);
        moved.add(last);
        for (String name : moved) {
          Module child = children.get(name);
          if (child != null) {
            children.remove(name);
            children.put(name, child);
          }
        }
      }
    }

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

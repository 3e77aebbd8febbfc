package dev.headroom.budget.iteration;

import dev.headroom.budget.autograd.Pass;
import dev.headroom.budget.autograd.Tensor;
import dev.headroom.budget.model.DeviceModel;
import dev.headroom.budget.model.LayerIndex;
import dev.headroom.network.Layer;
import dev.headroom.network.operation.Leaf;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What modules keep of the first forward pass, so that later ones do not make it again; and the
/// buffers that it replaces.
final class KeptValues {

  private final List<Layer> layers;
  private final DeviceModel model;
  private final boolean training;
  private final boolean any;
  private final @Nullable Tensor[] kept;

  /// For each layer the buffer that goes once it has run, or −1.
  private final int[] replacedAt;

  private final boolean[] replaced;

  KeptValues(List<Layer> layers, LayerIndex index, DeviceModel model, boolean training) {
    this.layers = layers;
    this.model = model;
    this.training = training;
    any = layers.stream().anyMatch(this::isKept);
    kept = new Tensor[layers.size()];
    replaced = new boolean[layers.size()];
    replacedAt = replacedAt(layers, index);
  }

  /// A buffer that no layer reads, and that says until when it is held, gives way to another one.
  private static int[] replacedAt(List<Layer> layers, LayerIndex index) {
    int[] at = new int[layers.size()];
    Arrays.fill(at, -1);
    var read = new HashSet<String>();
    layers.forEach(layer -> read.addAll(layer.inputs()));
    for (int i = 0; i < at.length; i++) {
      Layer layer = layers.get(i);
      String until = layer.traits().heldUntil();
      boolean buffer = layer.operation() instanceof Leaf leaf && leaf.kind() == Leaf.Kind.BUFFER;
      if (buffer && !until.isEmpty() && !read.contains(layer.name())) {
        at[index.of(until)] = i;
      }
    }
    return at;
  }

  /// Whether later passes do less than the first one.
  boolean any() {
    return any;
  }

  /// What a layer made in an earlier pass, lent; none if it runs.
  @Nullable Tensor of(int layer) {
    return kept[layer];
  }

  /// Whether a layer is a buffer that is there no more.
  boolean isReplaced(int layer) {
    return replaced[layer];
  }

  /// A layer has run: the module may keep its result, which no gradient may flow through.
  void keep(int layer, Tensor result) {
    if (isKept(layers.get(layer)) && result.node == null) {
      kept[layer] = result.retain();
    }
  }

  /// A layer has run: a buffer goes that it replaces.
  void replace(Pass pass, int layer) {
    int buffer = replacedAt[layer];
    if (buffer >= 0 && !replaced[buffer]) {
      replaced[buffer] = true;
      model.weights(buffer).buffers().forEach(pass::release);
    }
  }

  private boolean isKept(Layer layer) {
    Layer.Traits traits = layer.traits();
    return training ? traits.heldInTraining() : traits.heldInEvaluation();
  }
}

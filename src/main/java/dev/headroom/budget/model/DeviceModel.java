package dev.headroom.budget.model;

import dev.headroom.budget.autograd.GraphNode;
import dev.headroom.budget.autograd.Layout;
import dev.headroom.budget.autograd.Pass;
import dev.headroom.budget.autograd.Tensor;
import dev.headroom.budget.trace.AllocationLog;
import dev.headroom.budget.trace.IterationPhase;
import dev.headroom.memory.Category;
import dev.headroom.network.Layer;
import dev.headroom.network.Network;
import dev.headroom.network.tensor.DType;
import dev.headroom.network.tensor.Input;
import dev.headroom.network.tensor.TensorShape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// The model's own tensors on the device: parameters and buffers, each once.
public final class DeviceModel {

  private static final LayerWeights NOTHING = new LayerWeights(0, List.of(), true, List.of());

  private final LayerWeights[] weights;
  private final int[] stepOrder;
  private final List<Tensor> parameters = new ArrayList<>();
  private final List<Boolean> trainable = new ArrayList<>();
  public long count;
  public long parameterBytes;
  public long bufferBytes;

  /// @param index the layers' positions by name
  /// @param shards over how many ranks each parameter is divided
  public DeviceModel(
      Network network, LayerIndex index, DType precision, long shards, AllocationLog log) {
    List<Layer> layers = network.layers();
    weights = new LayerWeights[layers.size()];
    Arrays.fill(weights, NOTHING);
    TensorOrder tensors = TensorOrder.of(layers);
    for (int layer : tensors.toDevice()) {
      place(layers.get(layer), layer, precision, shards, log);
    }
    for (int i = 0; i < weights.length; i++) {
      String shared = layers.get(i).traits().shares();
      if (!shared.isEmpty()) {
        weights[i] = weights[index.of(shared)];
      }
    }
    var order = new ArrayList<Integer>();
    for (int layer : tensors.ofOptimizer()) {
      if (layers.get(layer).traits().shares().isEmpty()) {
        LayerWeights own = weights[layer];
        for (int i = 0; i < own.tensors.size(); i++) {
          if (own.trainable) {
            order.add(own.first + i);
          }
        }
      }
    }
    stepOrder = order.stream().mapToInt(i -> i).toArray();
  }

  private void place(Layer layer, int at, DType precision, long shards, AllocationLog log) {
    if (!layer.traits().shares().isEmpty()) {
      weights[at] = NOTHING;
      return;
    }
    List<TensorShape> shapes = layer.ownParameters();
    List<Input> buffers = layer.operation().buffers();
    log.at(IterationPhase.SETUP, at);
    var own = new Tensor[shapes.size()];
    int first = parameters.size();
    for (int i = 0; i < own.length; i++) {
      own[i] = resident(shapes.get(i).elements(), precision, shards, log);
      parameters.add(own[i]);
      trainable.add(layer.traits().trainable());
      count = Math.addExact(count, own[i].elements);
      parameterBytes = Math.addExact(parameterBytes, own[i].storage.bytes);
    }
    var kept = new ArrayList<Tensor>();
    for (Input buffer : buffers) {
      DType dtype = buffer.dtype().isFloating() ? precision : buffer.dtype();
      Tensor tensor = resident(buffer.shape().elements(), dtype, 1, log);
      kept.add(tensor);
      bufferBytes = Math.addExact(bufferBytes, tensor.storage.bytes);
    }
    weights[at] =
        new LayerWeights(first, List.of(own), layer.traits().trainable(), List.copyOf(kept));
  }

  private static Tensor resident(long elements, DType dtype, long shards, AllocationLog log) {
    long bytes = Math.multiplyExact(Math.ceilDiv(elements, shards), (long) dtype.bytes());
    return new Tensor(
        log.allocate(bytes, Category.PARAMETERS, true), elements, dtype, Layout.CONTIGUOUS);
  }

  /// Bytes of what is trained: what the ranks sum gradients of.
  public long trainedBytes() {
    long bytes = 0;
    for (int index : stepOrder) {
      bytes = Math.addExact(bytes, parameters.get(index).storage.bytes);
    }
    return bytes;
  }

  public int parameters() {
    return parameters.size();
  }

  public Tensor parameter(int index) {
    return parameters.get(index);
  }

  /// Trained parameters in the order of `Module.parameters()`.
  public int[] stepOrder() {
    return stepOrder;
  }

  public LayerWeights weights(int layer) {
    return weights[layer];
  }

  /// Fresh leaves for a pass: what sums the gradient of each trained parameter.
  public void join(Pass pass) {
    for (int i = 0; i < parameters.size(); i++) {
      boolean trained = pass.isRecording() && trainable.get(i);
      GraphNode leaf = trained ? GraphNode.leaf(i) : null;
      if (leaf != null) {
        leaf.retain();
      }
      parameters.get(i).node = leaf;
    }
  }

  /// A layer's weights.
  ///
  /// @param first the number of the first of them
  public record LayerWeights(
      int first, List<Tensor> tensors, boolean trainable, List<Tensor> buffers) {}
}

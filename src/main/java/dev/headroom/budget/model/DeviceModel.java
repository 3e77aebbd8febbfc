package dev.headroom.budget.model;

import dev.headroom.budget.autograd.GraphNode;
import dev.headroom.budget.autograd.Layout;
import dev.headroom.budget.autograd.Pass;
import dev.headroom.budget.autograd.Tensor;
import dev.headroom.budget.trace.AllocationLog;
import dev.headroom.budget.trace.IterationPhase;
import dev.headroom.memory.Category;
import dev.headroom.memory.MemorySize;
import dev.headroom.network.Layer;
import dev.headroom.network.Network;
import dev.headroom.network.tensor.DType;
import dev.headroom.network.tensor.Input;
import dev.headroom.network.tensor.TensorShape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/// The model's own tensors on the device: parameters and buffers, each once.
public final class DeviceModel {

  private static final LayerWeights NOTHING = new LayerWeights(0, List.of(), true, List.of());

  private final LayerWeights[] weights;
  private final List<Parameter> parameters;
  private final List<Tensor> buffers;
  private final int[] stepOrder;

  private DeviceModel(
      LayerWeights[] weights, List<Parameter> parameters, List<Tensor> buffers, int[] stepOrder) {
    this.weights = weights;
    this.parameters = parameters;
    this.buffers = buffers;
    this.stepOrder = stepOrder;
  }

  /// Allocates the model in set-up, in the order in which modules go to the device.
  ///
  /// @param index the layers' positions by name
  /// @param shards over how many ranks each parameter is divided
  public static DeviceModel place(
      Network network, LayerIndex index, DType precision, long shards, AllocationLog log) {
    List<Layer> layers = network.layers();
    var weights = new LayerWeights[layers.size()];
    Arrays.fill(weights, NOTHING);
    var parameters = new ArrayList<Parameter>();
    var buffers = new ArrayList<Tensor>();
    TensorOrder tensors = TensorOrder.of(layers);
    for (int layer : tensors.toDevice()) {
      if (layers.get(layer).traits().shares().isEmpty()) {
        log.at(IterationPhase.SETUP, layer);
        List<TensorShape> shapes = layers.get(layer).ownParameters();
        LayerWeights own =
            place(layers.get(layer), shapes, parameters.size(), precision, shards, log);
        for (int i = 0; i < shapes.size(); i++) {
          parameters.add(new Parameter(own.tensors.get(i), shapes.get(i), own.trainable));
        }
        buffers.addAll(own.buffers);
        weights[layer] = own;
      }
    }
    for (int i = 0; i < weights.length; i++) {
      String shared = layers.get(i).traits().shares();
      if (!shared.isEmpty()) {
        weights[i] = weights[index.of(shared)];
      }
    }
    int[] stepOrder = stepOrder(layers, weights, tensors.ofOptimizer());
    return new DeviceModel(weights, List.copyOf(parameters), List.copyOf(buffers), stepOrder);
  }

  private static LayerWeights place(
      Layer layer,
      List<TensorShape> shapes,
      int first,
      DType precision,
      long shards,
      AllocationLog log) {
    var tensors = new ArrayList<Tensor>();
    for (TensorShape shape : shapes) {
      tensors.add(resident(shape.elements(), precision, shards, log));
    }
    var buffers = new ArrayList<Tensor>();
    for (Input buffer : layer.operation().buffers()) {
      DType dtype = buffer.dtype().isFloating() ? precision : buffer.dtype();
      buffers.add(resident(buffer.shape().elements(), dtype, 1, log));
    }
    return new LayerWeights(
        first, List.copyOf(tensors), layer.traits().trainable(), List.copyOf(buffers));
  }

  private static int[] stepOrder(
      List<Layer> layers, LayerWeights[] weights, List<Integer> ofOptimizer) {
    return ofOptimizer.stream()
        .filter(layer -> layers.get(layer).traits().shares().isEmpty())
        .map(layer -> weights[layer])
        .filter(LayerWeights::trainable)
        .flatMapToInt(own -> IntStream.range(own.first, own.first + own.tensors.size()))
        .toArray();
  }

  private static Tensor resident(long elements, DType dtype, long shards, AllocationLog log) {
    long bytes = Math.multiplyExact(Math.ceilDiv(elements, shards), (long) dtype.bytes());
    return new Tensor(
        log.allocate(bytes, Category.PARAMETERS, true), elements, dtype, Layout.CONTIGUOUS);
  }

  /// What it holds, each tensor once.
  ///
  /// @throws ArithmeticException if a sum does not fit a `long`
  public ModelSizes sizes() {
    long count = 0;
    long bytes = 0;
    for (Parameter parameter : parameters) {
      count = Math.addExact(count, parameter.tensor.elements);
      bytes = Math.addExact(bytes, parameter.tensor.storage.bytes);
    }
    long kept = 0;
    for (Tensor buffer : buffers) {
      kept = Math.addExact(kept, buffer.storage.bytes);
    }
    return new ModelSizes(count, new MemorySize(bytes), new MemorySize(kept));
  }

  public int parameters() {
    return parameters.size();
  }

  public Tensor parameter(int index) {
    return parameters.get(index).tensor;
  }

  public TensorShape shape(int parameter) {
    return parameters.get(parameter).shape;
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
      boolean trained = pass.isRecording() && parameters.get(i).trainable;
      GraphNode leaf = trained ? GraphNode.leaf(i) : null;
      if (leaf != null) {
        leaf.retain();
      }
      parameter(i).node = leaf;
    }
  }

  private record Parameter(Tensor tensor, TensorShape shape, boolean trainable) {}

  /// A layer's weights.
  ///
  /// @param first the number of the first of them
  public record LayerWeights(
      int first, List<Tensor> tensors, boolean trainable, List<Tensor> buffers) {

    /// Bytes of the parameters, without buffers.
    public MemorySize bytes() {
      long bytes = 0;
      for (Tensor tensor : tensors) {
        bytes = Math.addExact(bytes, tensor.storage.bytes);
      }
      return new MemorySize(bytes);
    }
  }
}

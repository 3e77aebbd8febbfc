package dev.headroom.budget.operators;

import dev.headroom.budget.autograd.Autocast;
import dev.headroom.budget.autograd.Layout;
import dev.headroom.budget.autograd.Pass;
import dev.headroom.budget.autograd.Tensor;
import dev.headroom.budget.model.DeviceModel;
import dev.headroom.memory.Category;
import dev.headroom.network.Layer;
import dev.headroom.network.tensor.DType;
import dev.headroom.network.tensor.TensorShape;
import dev.headroom.network.tensor.Value;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One call of an operator: a layer with its inputs and weights, in the pass that runs it.
public final class OperatorCall {

  final Pass pass;
  final Layer layer;
  final Autocast autocast;
  final boolean training;
  final long batch;
  final Value out;

  /// The format of the model's own tensors.
  final DType precision;

  /// The format that `to` asks for; of another layer that of the model.
  final DType format;

  private final DeviceModel.LayerWeights weights;
  private final Tensor[] inputs;
  private final Value[] shapes;
  private final @Nullable Tensor computedWeight;
  private final @Nullable Tensor computedBias;

  public OperatorCall(
      Pass pass,
      Layer layer,
      Autocast autocast,
      boolean training,
      long batch,
      Value out,
      DType precision,
      DType format,
      DeviceModel.LayerWeights weights,
      Tensor[] inputs,
      Value[] shapes,
      @Nullable Tensor computedWeight,
      @Nullable Tensor computedBias) {
    this.pass = pass;
    this.layer = layer;
    this.autocast = autocast;
    this.training = training;
    this.batch = batch;
    this.out = out;
    this.precision = precision;
    this.format = format;
    this.weights = weights;
    this.inputs = inputs;
    this.shapes = shapes;
    this.computedWeight = computedWeight;
    this.computedBias = computedBias;
  }

  int inputs() {
    return inputs.length;
  }

  /// An input, lent.
  Tensor input(int index) {
    return inputs[index];
  }

  TensorShape shape(int index) {
    return shapes[index].shape();
  }

  boolean batched(int index) {
    return shapes[index].batched();
  }

  long elements() {
    return out.elements(batch);
  }

  /// The number of weights and biases, computed ones counted.
  int weights() {
    return weights.tensors().size()
        + (computedWeight == null ? 0 : 1)
        + (computedBias == null ? 0 : 1);
  }

  /// What an earlier layer computed for this place: a weight is first, a bias last.
  private @Nullable Tensor computed(int index) {
    if (computedWeight != null && index == 0) {
      return computedWeight;
    }
    return index == weights() - 1 ? computedBias : null;
  }

  /// A weight or bias, lent.
  Tensor weight(int index) {
    Tensor computed = computed(index);
    int own = computedWeight == null ? index : index - 1;
    return computed == null ? weights.tensors().get(own) : computed;
  }

  /// A weight or bias in the format of half-precision operators, held by the caller.
  Tensor lowerWeight(int index) {
    Tensor computed = computed(index);
    if (computed != null) {
      return autocast.lower(pass, computed);
    }
    int own = computedWeight == null ? index : index - 1;
    return autocast.lower(
        pass, weights.tensors().get(own), weights.first() + own, weights.trainable());
  }

  List<Tensor> buffers() {
    return weights.buffers();
  }

  /// A result of this layer, in a format, counted in a category.
  Tensor result(DType dtype, Category category) {
    return pass.make(elements(), dtype, category);
  }

  /// A result that lies as the input does.
  Tensor resultLike(Tensor input, Category category) {
    return resultLike(input, input.dtype, category);
  }

  Tensor resultLike(Tensor input, DType dtype, Category category) {
    Layout layout = input.layout == Layout.CONTIGUOUS ? Layout.CONTIGUOUS : Layout.PERMUTED;
    return pass.make(elements(), dtype, category, layout);
  }
}

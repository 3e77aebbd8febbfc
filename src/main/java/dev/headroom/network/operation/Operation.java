package dev.headroom.network.operation;

import dev.headroom.network.tensor.Input;
import dev.headroom.network.tensor.TensorShape;
import dev.headroom.network.tensor.Value;
import java.util.List;
import java.util.stream.Stream;

/// What a layer does: one record for each kind of layer in the contract.
///
/// An operation knows the shape of its result and its parameters; what a framework allocates for it
/// is the budget model's knowledge, because it depends on framework, version and precision.
public sealed interface Operation
    permits Activation,
        AdaptivePool,
        Arithmetic,
        Attention,
        BatchNorm,
        Concat,
        Contiguous,
        Convolution,
        Dropout,
        Embedding,
        GroupNorm,
        InstanceNorm,
        LayerNorm,
        Leaf,
        Linear,
        LocalResponseNorm,
        Matmul,
        Mean,
        MultiheadAttention,
        Opaque,
        Pad,
        PixelShuffle,
        Pool,
        PRelu,
        Recurrent,
        Roll,
        Softmax,
        StochasticDepth,
        To,
        Upsample,
        View {

  /// Every type of layer that a config can name.
  static List<OperationType> types() {
    return Stream.of(
            Activation.TYPES,
            AdaptivePool.TYPES,
            Arithmetic.TYPES,
            Attention.TYPES,
            BatchNorm.TYPES,
            Concat.TYPES,
            Contiguous.TYPES,
            Convolution.TYPES,
            Dropout.TYPES,
            Embedding.TYPES,
            GroupNorm.TYPES,
            InstanceNorm.TYPES,
            LayerNorm.TYPES,
            Leaf.TYPES,
            Linear.TYPES,
            LocalResponseNorm.TYPES,
            Matmul.TYPES,
            Mean.TYPES,
            MultiheadAttention.TYPES,
            Opaque.TYPES,
            Pad.TYPES,
            PixelShuffle.TYPES,
            Pool.TYPES,
            PRelu.TYPES,
            Recurrent.TYPES,
            Roll.TYPES,
            Softmax.TYPES,
            StochasticDepth.TYPES,
            To.TYPES,
            Upsample.TYPES,
            View.TYPES)
        .flatMap(List::stream)
        .toList();
  }

  /// The type of the layer, by its name in layer configs.
  String type();

  /// Writes every attribute of the layer, those of a default value too.
  void write(AttributeWriter out);

  /// The result's shape.
  ///
  /// @throws IllegalArgumentException naming the mismatch, if the inputs do not fit
  Value result(List<Value> inputs);

  /// How many inputs it takes, at least.
  default int minInputs() {
    return 1;
  }

  /// How many inputs it takes, at most.
  default int maxInputs() {
    return 1;
  }

  /// The tensors that belong to the layer, in the order of `Module.parameters()`.
  default List<TensorShape> parameters() {
    return List.of();
  }

  /// The tensors of the layer that are kept but not trained.
  default List<Input> buffers() {
    return List.of();
  }
}

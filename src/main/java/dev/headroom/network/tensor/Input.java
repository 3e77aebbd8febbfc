package dev.headroom.network.tensor;

import java.util.List;

/// A tensor that the data loader hands to the network, the batch dimension left out.
///
/// @param dynamic a name for each extent that another input may change, empty for one that it may
///     not; none at all where the config does not say what follows the input
public record Input(String name, TensorShape shape, DType dtype, List<String> dynamic) {

  public Input {
    dynamic = List.copyOf(dynamic);
    if (!dynamic.isEmpty() && dynamic.size() != shape.rank()) {
      throw new IllegalArgumentException(
          "dynamic names %d extents of %d".formatted(dynamic.size(), shape.rank()));
    }
  }

  public Input(String name, TensorShape shape, DType dtype) {
    this(name, shape, dtype, List.of());
  }
}

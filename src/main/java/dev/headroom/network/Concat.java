package dev.headroom.network;

import java.util.ArrayList;
import java.util.List;

/// Joins values along a dimension that is counted with the batch. Saves nothing.
public record Concat(int dim) implements Operation {

  @Override
  public int maxInputs() {
    return Integer.MAX_VALUE;
  }

  @Override
  public Value result(List<Value> inputs) {
    Value first = inputs.stream().filter(Value::batched).findFirst().orElse(inputs.getFirst());
    int rank = first.shape().rank() + (first.batched() ? 1 : 0);
    int at = dim < 0 ? dim + rank : dim;
    int index = first.batched() ? at - 1 : at;
    if (index >= first.shape().rank() || at < 0) {
      throw new IllegalArgumentException("dim " + dim + " is none of " + first.shape());
    }
    if (index < 0) {
      return first.as(joinedOverBatch(inputs, first));
    }
    long extent = 0;
    for (Value input : inputs) {
      int own = input.batched() ? index : index + (first.batched() ? 1 : 0);
      for (int i = 0; i < first.shape().rank(); i++) {
        int ownAt = own - index + i;
        if (i != index && input.batched() == first.batched()) {
          Extents.equal(
              "extent " + i + " of " + first.shape(),
              first.shape().extent(i),
              input.shape().extent(ownAt));
        }
      }
      extent = Math.addExact(extent, input.shape().extent(own));
    }
    return first.as(first.shape().with(index, extent));
  }

  /// The batch is left out of shapes: what is joined along it counts as more of each sample.
  private static TensorShape joinedOverBatch(List<Value> inputs, Value first) {
    long elements = 0;
    for (Value input : inputs) {
      elements = Math.addExact(elements, input.shape().elements());
    }
    long rows = Math.max(1, first.shape().elements());
    if (elements % rows != 0) {
      return TensorShape.of(elements);
    }
    var extents = new ArrayList<Long>(first.shape().extents());
    extents.addFirst(elements / rows);
    return new TensorShape(extents);
  }
}

package dev.headroom.network.operation;

import dev.headroom.network.tensor.Extents;
import dev.headroom.network.tensor.TensorShape;
import dev.headroom.network.tensor.Value;
import java.util.ArrayList;
import java.util.List;

/// Joins values along a dimension. Saves nothing.
///
/// The dimension is counted with the batch, which is the first one; where the batch is a factor of
/// the first extent, there is no dimension before that, and the shape of the result may say so.
///
/// @param outputShape the result's; without dimensions where it follows from the inputs
public record Concat(int dim, TensorShape outputShape) implements Operation {

  static final List<OperationType> TYPES =
      List.of(
          OperationType.named("concat", Concat.class)
              .integers("dim", "output_shape")
              .read(in -> new Concat(in.integer("dim"), in.shapeOrNone("output_shape"))));

  public Concat(int dim) {
    this(dim, TensorShape.of());
  }

  @Override
  public String type() {
    return "concat";
  }

  @Override
  public void write(AttributeWriter out) {
    out.integer("dim", dim);
    if (outputShape.rank() > 0) {
      out.shape("output_shape", outputShape);
    }
  }

  @Override
  public int maxInputs() {
    return Integer.MAX_VALUE;
  }

  @Override
  public Value result(List<Value> inputs) {
    Value first = inputs.stream().filter(Value::batched).findFirst().orElse(inputs.getFirst());
    if (outputShape.rank() > 0) {
      return joined(inputs, first);
    }
    boolean batchFirst = first.batched() && !first.folded();
    int rank = first.shape().rank() + (batchFirst ? 1 : 0);
    int at = dim < 0 ? dim + rank : dim;
    int index = batchFirst ? at - 1 : at;
    if (index >= first.shape().rank() || at < 0) {
      throw new IllegalArgumentException("dim " + dim + " is none of " + first.shape());
    }
    if (index < 0) {
      return first.as(joinedOverBatch(inputs, first));
    }
    long extent = 0;
    for (Value input : inputs) {
      int own = input.batched() ? index : index + (batchFirst ? 1 : 0);
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

  private Value joined(List<Value> inputs, Value first) {
    boolean alike = inputs.stream().allMatch(input -> input.batched() == first.batched());
    long elements = 0;
    for (Value input : inputs) {
      elements = Math.addExact(elements, input.shape().elements());
    }
    if (alike) {
      Extents.equal("elements of output_shape", elements, outputShape.elements());
    }
    return first.as(outputShape);
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

package dev.headroom.network.operation;

import dev.headroom.network.tensor.TensorShape;
import dev.headroom.network.tensor.Value;
import java.util.ArrayList;
import java.util.List;

/// The average over dimensions, which are counted with the batch. Saves nothing.
public record Mean(List<Integer> dim, boolean keepdim) implements Operation {

  static final List<OperationType> TYPES =
      List.of(
          OperationType.named("mean", Mean.class)
              .integers("dim")
              .booleans("keepdim")
              .read(in -> new Mean(in.integers("dim"), in.bool("keepdim", false))));

  public Mean {
    dim = List.copyOf(dim);
  }

  @Override
  public String type() {
    return "mean";
  }

  @Override
  public void write(AttributeWriter out) {
    out.integers("dim", dim);
    out.bool("keepdim", keepdim);
  }

  @Override
  public Value result(List<Value> inputs) {
    Value in = inputs.getFirst();
    TensorShape shape = in.shape();
    int offset = in.batched() ? 1 : 0;
    int rank = shape.rank() + offset;
    boolean[] reduced = new boolean[rank];
    for (int d : dim) {
      int at = d < 0 ? d + rank : d;
      if (at < 0 || at >= rank) {
        throw new IllegalArgumentException("dim " + d + " is none of " + shape);
      }
      reduced[at] = true;
    }
    var extents = new ArrayList<Long>();
    for (int i = offset; i < rank; i++) {
      if (!reduced[i]) {
        extents.add(shape.extent(i - offset));
      } else if (keepdim) {
        extents.add(1L);
      }
    }
    boolean overBatch = in.batched() && reduced[0];
    if (overBatch && keepdim) {
      extents.addFirst(1L);
    }
    return new Value(new TensorShape(extents), in.batched() && !overBatch);
  }
}

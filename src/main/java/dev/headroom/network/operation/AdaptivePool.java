package dev.headroom.network.operation;

import dev.headroom.network.tensor.Extents;
import dev.headroom.network.tensor.TensorShape;
import dev.headroom.network.tensor.Value;
import java.util.List;
import java.util.stream.Stream;

/// A pool whose window follows from the extents of its result.
///
/// The average to a single element is a mean, which saves nothing; any other saves its input, the
/// maximum an int64 index for each element of its result too.
///
/// @param outputSize −1 keeps the input's extent
public record AdaptivePool(boolean maximum, List<Integer> outputSize) implements Operation {

  static final List<OperationType> TYPES = Stream.of(false, true).map(AdaptivePool::type).toList();

  public AdaptivePool {
    Extents.atLeast("output_size dimensions", outputSize.size(), 1);
    outputSize = Extents.atLeast("output_size", outputSize, -1);
  }

  public boolean isMean() {
    return !maximum && outputSize.stream().allMatch(n -> n == 1);
  }

  private static OperationType type(boolean maximum) {
    return OperationType.named(name(maximum), AdaptivePool.class)
        .integers("output_size")
        .read(in -> new AdaptivePool(maximum, in.integers("output_size")));
  }

  private static String name(boolean maximum) {
    return maximum ? "adaptive_max_pool" : "adaptive_avg_pool";
  }

  @Override
  public String type() {
    return name(maximum);
  }

  @Override
  public void write(AttributeWriter out) {
    out.integers("output_size", outputSize);
  }

  @Override
  public Value result(List<Value> inputs) {
    TensorShape out = inputs.getFirst().shape();
    int first = out.rank() - outputSize.size();
    if (first < 0) {
      throw new IllegalArgumentException("input " + out + " has too few dimensions");
    }
    for (int i = 0; i < outputSize.size(); i++) {
      if (outputSize.get(i) >= 0) {
        out = out.with(first + i, outputSize.get(i));
      }
    }
    return inputs.getFirst().as(out);
  }
}

package dev.headroom.network.operation;

import dev.headroom.network.tensor.Extents;
import dev.headroom.network.tensor.TensorShape;
import dev.headroom.network.tensor.Value;
import java.util.List;
import java.util.stream.Stream;

/// The maximum or the average of a sliding window.
///
/// The maximum saves its input and an int64 index for each element of its result; the average saves
/// its input. Source: `torch.nn.MaxPoolNd`, `torch.nn.AvgPoolNd`.
public record Pool(
    boolean maximum,
    List<Integer> kernelSize,
    List<Integer> stride,
    List<Integer> padding,
    List<Integer> dilation,
    boolean ceilMode)
    implements Operation {

  static final List<OperationType> TYPES = Stream.of(false, true).map(Pool::type).toList();

  public Pool {
    int dimensions = kernelSize.size();
    Extents.atLeast("kernel_size dimensions", dimensions, 1);
    Extents.sameLength("stride", stride, dimensions);
    Extents.sameLength("padding", padding, dimensions);
    Extents.sameLength("dilation", dilation, dimensions);
    kernelSize = Extents.atLeast("kernel_size", kernelSize, 1);
    stride = Extents.atLeast("stride", stride, 1);
    padding = Extents.atLeast("padding", padding, 0);
    dilation = Extents.atLeast("dilation", dilation, 1);
  }

  public int dimensions() {
    return kernelSize.size();
  }

  private static OperationType type(boolean maximum) {
    return OperationType.named(name(maximum), Pool.class)
        .integers("kernel_size", "stride", "padding", "dilation")
        .booleans("ceil_mode")
        .read(in -> read(maximum, in));
  }

  private static Pool read(boolean maximum, AttributeReader in) {
    List<Integer> kernel = in.integers("kernel_size");
    return new Pool(
        maximum,
        kernel,
        in.integers("stride", kernel),
        in.integers("padding", kernel.size(), 0),
        in.integers("dilation", kernel.size(), 1),
        in.bool("ceil_mode", false));
  }

  private static String name(boolean maximum) {
    return maximum ? "max_pool" : "avg_pool";
  }

  @Override
  public String type() {
    return name(maximum);
  }

  @Override
  public void write(AttributeWriter out) {
    out.integers("kernel_size", kernelSize);
    out.integers("stride", stride);
    out.integers("padding", padding);
    out.integers("dilation", dilation);
    out.bool("ceil_mode", ceilMode);
  }

  @Override
  public Value result(List<Value> inputs) {
    TensorShape out = inputs.getFirst().shape();
    int first = out.rank() - dimensions();
    if (first < 0) {
      throw new IllegalArgumentException("input " + out + " has too few dimensions");
    }
    for (int i = 0; i < dimensions(); i++) {
      long in = out.extent(first + i);
      long windows =
          Extents.windows(
              in, 2L * padding.get(i), kernelSize.get(i), stride.get(i), dilation.get(i), ceilMode);
      boolean startsOutside = ceilMode && (windows - 1) * stride.get(i) >= in + padding.get(i);
      out = out.with(first + i, startsOutside ? windows - 1 : windows);
    }
    return inputs.getFirst().as(out);
  }
}

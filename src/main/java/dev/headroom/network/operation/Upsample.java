package dev.headroom.network.operation;

import dev.headroom.network.tensor.Extents;
import dev.headroom.network.tensor.TensorShape;
import dev.headroom.network.tensor.Value;
import java.util.List;

/// Interpolation of the last dimensions to a size. Saves nothing.
///
/// @param scaleFactor one number a dimension, or empty if `size` says it
/// @param size one extent a dimension, or empty if `scale_factor` says it
public record Upsample(List<Double> scaleFactor, List<Integer> size) implements Operation {

  static final List<OperationType> TYPES =
      List.of(
          OperationType.named("upsample", Upsample.class)
              .numbers("scale_factor")
              .integers("size")
              .read(
                  in -> new Upsample(in.numbers("scale_factor"), in.integers("size", List.of()))));

  public Upsample {
    scaleFactor = List.copyOf(scaleFactor);
    size = Extents.atLeast("size", size, 1);
    if (scaleFactor.isEmpty() == size.isEmpty()) {
      throw new IllegalArgumentException("either scale_factor or size must be given");
    }
    for (double factor : scaleFactor) {
      if (!(factor > 0 && factor < 1e6)) {
        throw new IllegalArgumentException("scale_factor outside 0 to 1000000: " + factor);
      }
    }
  }

  @Override
  public String type() {
    return "upsample";
  }

  @Override
  public void write(AttributeWriter out) {
    if (!scaleFactor.isEmpty()) {
      out.numbers("scale_factor", scaleFactor);
    }
    if (!size.isEmpty()) {
      out.integers("size", size);
    }
  }

  @Override
  public Value result(List<Value> inputs) {
    TensorShape out = inputs.getFirst().shape();
    int given = Math.max(scaleFactor.size(), size.size());
    int dimensions = given == 1 ? Math.max(1, out.rank() - 1) : given;
    if (dimensions > out.rank()) {
      throw new IllegalArgumentException("input " + out + " has too few dimensions");
    }
    for (int i = 0; i < dimensions; i++) {
      int at = out.rank() - dimensions + i;
      long extent =
          size.isEmpty()
              ? (long) Math.floor(out.extent(at) * scaleFactor.get(given == 1 ? 0 : i))
              : size.get(given == 1 ? 0 : i);
      out = out.with(at, extent);
    }
    return inputs.getFirst().as(out);
  }
}

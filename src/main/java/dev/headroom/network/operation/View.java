package dev.headroom.network.operation;

import dev.headroom.network.tensor.TensorShape;
import dev.headroom.network.tensor.Value;
import java.util.List;
import java.util.Locale;

/// Another look at the same storage: no memory of its own forward.
///
/// @param shape the result's; without dimensions, `flatten` is to one; ignored for `identity`
public record View(Kind kind, TensorShape shape) implements Operation {

  @Override
  public int maxInputs() {
    return kind == Kind.CHUNK || kind == Kind.SLICE ? 2 : 1;
  }

  @Override
  public Value result(List<Value> inputs) {
    Value in = inputs.getFirst();
    return switch (kind) {
      case IDENTITY -> in;
      case FLATTEN, RESHAPE, PERMUTE -> {
        if (kind == Kind.FLATTEN && shape.rank() == 0) {
          yield in.as(TensorShape.of(in.shape().elements()));
        }
        if (in.batched() && in.shape().elements() != shape.elements()) {
          throw new IllegalArgumentException(
              "shape " + shape + " has other elements than the input's " + in.shape());
        }
        yield in.as(shape);
      }
      case SLICE, CHUNK -> in.as(shape);
      case EXPAND -> Value.batched(shape);
    };
  }

  /// The view, by its name in layer configs.
  public enum Kind {
    RESHAPE,
    PERMUTE,
    SLICE,
    EXPAND,
    FLATTEN,
    CHUNK,
    IDENTITY;

    public String wireName() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}

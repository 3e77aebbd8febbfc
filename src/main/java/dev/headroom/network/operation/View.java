package dev.headroom.network.operation;

import dev.headroom.network.tensor.TensorShape;
import dev.headroom.network.tensor.Value;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/// Another look at the same storage: no memory of its own forward.
///
/// @param shape the result's; without dimensions, `flatten` is to one; ignored for `identity`
public record View(Kind kind, TensorShape shape) implements Operation {

  static final List<OperationType> TYPES = Stream.of(Kind.values()).map(View::type).toList();

  private static OperationType type(Kind kind) {
    return OperationType.named(kind.wireName(), View.class)
        .integers("shape")
        .read(
            in -> new View(kind, kind.needsShape() ? in.shape("shape") : in.shapeOrNone("shape")));
  }

  @Override
  public String type() {
    return kind.wireName();
  }

  @Override
  public void write(AttributeWriter out) {
    out.shape("shape", shape);
  }

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

    /// Whether a config has to say the shape of its result.
    boolean needsShape() {
      return this != FLATTEN && this != IDENTITY;
    }

    public String wireName() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}

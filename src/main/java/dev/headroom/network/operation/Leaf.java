package dev.headroom.network.operation;

import dev.headroom.network.tensor.DType;
import dev.headroom.network.tensor.Input;
import dev.headroom.network.tensor.TensorShape;
import dev.headroom.network.tensor.Value;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/// A tensor that joins the graph without inputs.
///
/// A parameter is trained, a buffer belongs to the model and is not, a constant is made by each
/// forward pass for itself.
public record Leaf(Kind kind, TensorShape shape, DType dtype) implements Operation {

  static final List<OperationType> TYPES =
      Stream.of(Kind.values())
          .map(
              kind ->
                  OperationType.named(kind.wireName(), Leaf.class)
                      .integers("shape")
                      .read(in -> new Leaf(kind, in.shape("shape"), in.dtype())))
          .toList();

  @Override
  public String type() {
    return kind.wireName();
  }

  @Override
  public void write(AttributeWriter out) {
    out.shape("shape", shape);
  }

  @Override
  public int minInputs() {
    return 0;
  }

  @Override
  public int maxInputs() {
    return 0;
  }

  @Override
  public Value result(List<Value> inputs) {
    return new Value(shape, false);
  }

  @Override
  public List<TensorShape> parameters() {
    return kind == Kind.PARAMETER ? List.of(shape) : List.of();
  }

  @Override
  public List<Input> buffers() {
    return kind == Kind.BUFFER ? List.of(new Input("buffer", shape, dtype)) : List.of();
  }

  /// Whose tensor it is.
  public enum Kind {
    PARAMETER,
    BUFFER,
    CONSTANT;

    public String wireName() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}

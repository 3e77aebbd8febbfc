package dev.headroom.network.operation;

import dev.headroom.network.tensor.Value;
import java.util.List;

/// `Tensor.to` a format: the value itself where it has that format, else a copy. A float32 forward
/// pass makes none of it.
///
/// @param dtypeOf the earlier value whose format is taken; empty where the layer's `dtype` says it
public record To(String dtypeOf) implements Operation {

  static final List<OperationType> TYPES =
      List.of(
          OperationType.named("to", To.class)
              .strings("dtype_of")
              .read(in -> new To(in.has("dtype_of") ? in.string("dtype_of") : "")));

  @Override
  public String type() {
    return "to";
  }

  @Override
  public void write(AttributeWriter out) {
    if (!dtypeOf.isEmpty()) {
      out.string("dtype_of", dtypeOf);
    }
  }

  @Override
  public Value result(List<Value> inputs) {
    return inputs.getFirst();
  }
}

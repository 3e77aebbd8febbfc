package dev.headroom.network.operation;

import dev.headroom.network.tensor.Value;
import java.util.List;

/// `Tensor.to` a format: the value itself where it has that format, else a copy. A float32 forward
/// pass makes none of it.
///
/// @param dtypeOf the earlier value whose format is taken; empty where the layer's `dtype` says it
public record To(String dtypeOf) implements Operation {

  @Override
  public Value result(List<Value> inputs) {
    return inputs.getFirst();
  }
}

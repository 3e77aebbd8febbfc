package dev.headroom.network.operation;

import dev.headroom.network.tensor.Extents;
import dev.headroom.network.tensor.TensorShape;
import dev.headroom.network.tensor.Value;
import java.util.List;

/// Padding of the last dimensions, pairs from the last dimension on. Copies also where it adds
/// nothing.
public record Pad(List<Integer> padding, PaddingMode mode) implements Operation {

  static final List<OperationType> TYPES =
      List.of(
          OperationType.named("pad", Pad.class)
              .integers("padding")
              .strings("mode")
              .read(in -> new Pad(in.integers("padding"), PaddingMode.of(in, "mode"))));

  public Pad {
    padding = List.copyOf(padding);
    if (padding.size() % 2 != 0) {
      throw new IllegalArgumentException("padding is not made of pairs: " + padding);
    }
  }

  @Override
  public String type() {
    return "pad";
  }

  @Override
  public void write(AttributeWriter out) {
    out.integers("padding", padding);
    if (mode != PaddingMode.CONSTANT) {
      out.string("mode", mode.wireName());
    }
  }

  @Override
  public Value result(List<Value> inputs) {
    TensorShape out = inputs.getFirst().shape();
    for (int i = 0; i < padding.size() / 2 && i < out.rank(); i++) {
      int at = -1 - i;
      long extent = out.extent(at) + padding.get(2 * i) + padding.get(2 * i + 1);
      Extents.atLeast("padded extent", extent, 0);
      out = out.with(at, extent);
    }
    return inputs.getFirst().as(out);
  }
}

package dev.headroom.network.operation;

import dev.headroom.network.tensor.Extents;
import dev.headroom.network.tensor.TensorShape;
import dev.headroom.network.tensor.Value;
import java.util.List;

/// Channels become pixels: C·r² × H × W to C × H·r × W·r. Saves nothing.
public record PixelShuffle(int upscaleFactor) implements Operation {

  static final List<OperationType> TYPES =
      List.of(
          OperationType.named("pixel_shuffle", PixelShuffle.class)
              .integers("upscale_factor")
              .read(in -> new PixelShuffle(in.integer("upscale_factor"))));

  public PixelShuffle {
    Extents.atLeast("upscale_factor", upscaleFactor, 1);
  }

  @Override
  public String type() {
    return "pixel_shuffle";
  }

  @Override
  public void write(AttributeWriter out) {
    out.integer("upscale_factor", upscaleFactor);
  }

  @Override
  public Value result(List<Value> inputs) {
    TensorShape in = inputs.getFirst().shape();
    long square = Math.multiplyExact((long) upscaleFactor, upscaleFactor);
    if (in.extent(-3) % square != 0) {
      throw new IllegalArgumentException(
          "upscale_factor² " + square + " does not divide " + in.extent(-3) + " channels");
    }
    return inputs
        .getFirst()
        .as(
            in.with(-3, in.extent(-3) / square)
                .with(-2, Math.multiplyExact(in.extent(-2), upscaleFactor))
                .with(-1, Math.multiplyExact(in.extent(-1), upscaleFactor)));
  }
}

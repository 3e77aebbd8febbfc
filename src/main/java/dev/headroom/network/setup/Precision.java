package dev.headroom.network.setup;

import dev.headroom.network.tensor.DType;

/// The number formats a job computes in.
///
/// @param parameters the format of parameters, inputs and, without autocast, of everything else
/// @param autocast the format that autocast computes in; `parameters` itself means no autocast
public record Precision(DType parameters, DType autocast) {

  public static final Precision FLOAT32 = new Precision(DType.FLOAT32, DType.FLOAT32);

  public Precision {
    if (!parameters.isFloating()) {
      throw new IllegalArgumentException(
          "precision.parameters is no floating format: " + parameters.wireName());
    }
    if (autocast != parameters && !autocast.isHalf()) {
      throw new IllegalArgumentException(
          "precision.autocast is no half format: " + autocast.wireName());
    }
  }

  public boolean isAutocast() {
    return autocast != parameters;
  }
}

package dev.headroom.budget.calls;

import java.util.List;

/// One call of the framework that a config shows as several layers.
///
/// Autocast acts on calls: it casts what a call is given, the last argument first, before the first
/// of its layers runs; the casts go when the call returns. Source: `autocast_mode.h`.
///
/// @param first the position of its first layer
/// @param last the position of its last layer
/// @param operands what it is given, in the order of the casts
/// @param raises whether it computes in single precision nonetheless: it raises what autocast
///     lowered, runs without autocast, and lowers its result. Attention spelled out does. Source:
///     `_scaled_dot_product_attention_math` in `attention.cpp`
record FrameworkCall(int first, int last, List<Operand> operands, boolean raises) {

  FrameworkCall(int first, int last, List<Operand> operands) {
    this(first, last, operands, false);
  }

  FrameworkCall {
    operands = List.copyOf(operands);
  }

  /// Something that a call is given.
  ///
  /// @param parameter the layer whose parameter it is, −1 if it is a value
  /// @param layer the layer of the call that takes it
  /// @param argument which of that layer's inputs it is; −1 if it is the layer's own weight, −2 if
  ///     its own bias
  record Operand(int parameter, int layer, int argument) {

    private static final int WEIGHT = -1;
    private static final int BIAS = -2;

    static Operand value(int layer, int argument) {
      return new Operand(-1, layer, argument);
    }

    static Operand ownWeight(int layer) {
      return new Operand(layer, layer, WEIGHT);
    }

    static Operand ownBias(int layer) {
      return new Operand(layer, layer, BIAS);
    }

    /// Which of the parameter layer's tensors it is.
    int tensor() {
      return argument == BIAS ? 1 : 0;
    }
  }
}

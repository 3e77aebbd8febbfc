package dev.headroom.network.operation;

/// Pairs of numbers widen the last dimensions, the last one first.
class PadTest extends OperationContract {

  @Override
  String accepted() {
    return """
        pad {"padding": [1, 2]} | 3x8 | 3x11
        pad {"padding": [1, 2, 3, 4]} | 3x8 | 10x11
        pad {"padding": [-1, -7]} | 3x8 | 3x0
        pad {"padding": [0, 0, 0, 0, 5, 5]} | 3x8 | 3x8
        """;
  }

  @Override
  String refused() {
    return """
        pad {"padding": [1, 2, 3]} | 3x8 | padding is not made of pairs: [1, 2, 3]
        pad {"padding": [-8, -1]} | 3x8 | padded extent < 0: -1
        """;
  }
}

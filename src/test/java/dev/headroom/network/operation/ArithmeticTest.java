package dev.headroom.network.operation;

/// Two values meet in the shape that both broadcast to.
class ArithmeticTest extends OperationContract {

  @Override
  String accepted() {
    return """
        add {} | 3x8 8 | 3x8
        add {"inplace": true} | 3x8 3x8 | 3x8
        sub {} | 3x1 1x8 | 3x8
        mul {} | 3x8 | 3x8
        mul {"inplace": true} | 4x5 =4x5 | 4x5
        div {} | 4x5 =5 | 4x5
        """;
  }

  @Override
  String refused() {
    return """
        add {} | 3x8 7 | do not broadcast
        add {} | 3 3 3 | inputs > 2: 3
        add {} | | inputs < 1: 0
        """;
  }
}

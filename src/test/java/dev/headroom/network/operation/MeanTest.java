package dev.headroom.network.operation;

/// Dimensions are counted with the batch, and go unless they are kept.
class MeanTest extends OperationContract {

  @Override
  String accepted() {
    return """
        mean {"dim": [2, 3]} | 8x5x7 | 8
        mean {"dim": [2, 3], "keepdim": true} | 8x5x7 | 8x1x1
        mean {"dim": [-1]} | 8x5x7 | 8x5
        mean {"dim": 1} | 8x5 | 5
        mean {"dim": 0} | 8x5 | =8x5
        mean {"dim": 0, "keepdim": true} | 8x5 | =1x8x5
        mean {"dim": [0], "keepdim": true} | =8x5 | =1x5
        """;
  }

  @Override
  String refused() {
    return """
        mean {"dim": 3} | 8x5 | dim 3 is none of [8, 5]
        mean {"dim": -4} | 8x5 | dim -4 is none of [8, 5]
        mean {} | 8 | dim
        """;
  }
}

package dev.headroom.network.operation;

/// Extents along one dimension are summed; the others must be equal.
class ConcatTest extends OperationContract {

  @Override
  String accepted() {
    return """
        concat {"dim": 1} | 3x8 5x8 | 8x8
        concat {"dim": -1} | 3x8 3x2 3x1 | 3x11
        concat {"dim": 2} | 3x8 3x2 | 3x10
        concat {"dim": 0} | 3x8 6x8 | 3x3x8
        concat {"dim": 0} | 3x8 2x2 | 28
        concat {"dim": 0} | =3x8 =2x8 | =5x8
        concat {"dim": 1} | =1x8 3x8 | 11x8
        concat {"dim": 1, "output_shape": [2, 16]} | 3x8 8 | 2x16
        """;
  }

  @Override
  String refused() {
    return """
        concat {"dim": 3} | 3x8 3x8 | dim 3 is none of [3, 8]
        concat {"dim": -4} | 3x8 3x8 | dim -4 is none of [3, 8]
        concat {"dim": 1} | 3x8 3x7 | extent 1 of [3, 8] is 8, but the input has 7
        concat {"dim": 1, "output_shape": [2, 16]} | 3x8 7 | elements of output_shape is 31, but the input has 32
        concat {"dim": 1} | | inputs < 1: 0
        """;
  }
}

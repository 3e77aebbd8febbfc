package dev.headroom.network.operation;

/// Rows of the first and columns of the second; leading extents are those of the longer.
class MatmulTest extends OperationContract {

  @Override
  String accepted() {
    return """
        matmul {} | 3x8 8x5 | 3x5
        matmul {} | 2x3x8 2x8x5 | 2x3x5
        matmul {} | 3x8 =8x5 | 3x5
        matmul {} | =3x8 8x5 | 3x5
        matmul {} | =3x8 =8x5 | =3x5
        matmul {} | 3x8 4x8x5 | 4x3x5
        matmul {} | 4x3x8 8x5 | 4x3x5
        """;
  }

  @Override
  String refused() {
    return """
        matmul {} | 3x8 7x5 | the product's inner extent is 8, but the input has 7
        matmul {} | 8 8x5 | input [8] is no matrix
        matmul {} | 3x8 | inputs < 2: 1
        matmul {} | 3x8 8x5 5 | inputs > 2: 3
        """;
  }
}

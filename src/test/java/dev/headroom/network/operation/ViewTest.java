package dev.headroom.network.operation;

/// The same elements in another shape, or some of them.
class ViewTest extends OperationContract {

  @Override
  String accepted() {
    return """
        reshape {"shape": [4, 6]} | 3x8 | 4x6
        permute {"shape": [8, 3]} | 3x8 | 8x3
        flatten {} | 3x8 | 24
        flatten {"shape": [3, 8]} | 3x2x4 | 3x8
        slice {"shape": [3, 2]} | 3x8 | 3x2
        chunk {"shape": [3, 4]} | 3x8 1 | 3x4
        expand {"shape": [3, 8]} | =1x8 | 3x8
        identity {} | 3x8 | 3x8
        reshape {"shape": [5]} | =3x8 | =5
        """;
  }

  @Override
  String refused() {
    return """
        reshape {"shape": [5]} | 3x8 | shape [5] has other elements than the input's [3, 8]
        permute {"shape": [5]} | 3x8 | shape [5] has other elements than the input's [3, 8]
        reshape {} | 3x8 | shape
        slice {"shape": [1]} | 3 3 3 | inputs > 2: 3
        reshape {"shape": [3]} | 3 3 | inputs > 1: 2
        """;
  }
}

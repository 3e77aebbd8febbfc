package dev.headroom.network.operation;

/// The last extent changes; weights are out × in.
class LinearTest extends OperationContract {

  @Override
  String accepted() {
    return """
        linear {"in_features": 8, "out_features": 4} | 3x8 | 3x4 | 4x8 4
        linear {"in_features": 8, "out_features": 1, "bias": false} | =8 | =1 | 1x8
        """;
  }

  @Override
  String refused() {
    return """
        linear {"in_features": 7, "out_features": 4} | 3x8 | in_features is 7, but the input has 8
        linear {"in_features": 0, "out_features": 4} | 3x8 | in_features < 1: 0
        linear {"in_features": 8, "out_features": 0} | 3x8 | out_features < 1: 0
        """;
  }
}

package dev.headroom.network.operation;

/// What is normalised are the last extents, which the weights have, too.
class LayerNormTest extends OperationContract {

  @Override
  String accepted() {
    return """
        layer_norm {"normalized_shape": [8]} | 3x8 | 3x8 | 8 8
        layer_norm {"normalized_shape": [3, 8], "bias": false} | 3x8 | 3x8 | 3x8
        layer_norm {"normalized_shape": [8], "elementwise_affine": false} | 3x8 | 3x8
        rms_norm {"normalized_shape": [8]} | 3x8 | 3x8 | 8
        rms_norm {"normalized_shape": [8], "elementwise_affine": false} | 3x8 | 3x8
        """;
  }

  @Override
  String refused() {
    return """
        layer_norm {"normalized_shape": [3]} | 3x8 | normalized_shape is 3, but the input has 8
        layer_norm {"normalized_shape": [4, 8]} | 3x8 | normalized_shape is 4, but the input has 3
        layer_norm {"normalized_shape": [2, 3, 8]} | 3x8 | has no dimension -3
        """;
  }
}

package dev.headroom.network.operation;

/// Weights, biases and running figures are as a batch norm has them.
class InstanceNormTest extends OperationContract {

  @Override
  String accepted() {
    return """
        instance_norm {"num_features": 8} | 8x5 | 8x5 | 8 8 | 8 8 .
        instance_norm {"num_features": 8, "affine": false, "track_running_stats": false} | 8x5 | 8x5
        """;
  }

  @Override
  String refused() {
    return """
        instance_norm {"num_features": 0} | 8x5 | num_features < 1: 0
        """;
  }
}

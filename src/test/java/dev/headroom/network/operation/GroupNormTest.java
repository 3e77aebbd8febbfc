package dev.headroom.network.operation;

/// Each channel has a weight and a bias; groups divide the channels.
class GroupNormTest extends OperationContract {

  @Override
  String accepted() {
    return """
        group_norm {"num_groups": 4, "num_channels": 8} | 8x5 | 8x5 | 8 8
        group_norm {"num_groups": 1, "num_channels": 8, "affine": false} | 8x5 | 8x5
        """;
  }

  @Override
  String refused() {
    return """
        group_norm {"num_groups": 3, "num_channels": 8} | 8x5 | num_groups 3 does not divide num_channels 8
        group_norm {"num_groups": 0, "num_channels": 8} | 8x5 | num_groups < 1: 0
        group_norm {"num_groups": 1, "num_channels": 0} | 8x5 | num_channels < 1: 0
        """;
  }
}

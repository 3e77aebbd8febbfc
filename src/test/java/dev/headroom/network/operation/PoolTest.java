package dev.headroom.network.operation;

/// Windows slide over the last dimensions; where the ceiling counts, none starts outside.
class PoolTest extends OperationContract {

  @Override
  String accepted() {
    return """
        max_pool {"kernel_size": [3, 3], "stride": [2, 2], "padding": [1, 1]} | 8x112x112 | 8x56x56
        avg_pool {"kernel_size": [2, 2]} | 8x7x9 | 8x3x4
        max_pool {"kernel_size": [2], "stride": 2, "ceil_mode": true} | 8x7 | 8x4
        max_pool {"kernel_size": [1], "stride": 3, "ceil_mode": true} | 8x5 | 8x2
        max_pool {"kernel_size": [3], "stride": 2, "dilation": 2} | 8x9 | 8x3
        max_pool {"kernel_size": [2], "stride": 3, "padding": 1, "ceil_mode": true} | 8x8 | 8x3
        """;
  }

  @Override
  String refused() {
    return """
        max_pool {"kernel_size": [0]} | 8x7 | kernel_size < 1: 0
        max_pool {"kernel_size": [2], "stride": 0} | 8x7 | stride < 1: 0
        max_pool {"kernel_size": [2], "padding": -1} | 8x7 | padding < 0: -1
        max_pool {"kernel_size": [2], "dilation": 0} | 8x7 | dilation < 1: 0
        max_pool {"kernel_size": [2], "stride": [1, 1]} | 8x7 | stride has 2 numbers, not 1
        max_pool {"kernel_size": []} | 8x7 | kernel_size dimensions < 1: 0
        max_pool {"kernel_size": [2, 2]} | 7 | input [7] has too few dimensions
        max_pool {"kernel_size": [9]} | 8x7 | kernel_size 9 does not fit an extent of 7
        """;
  }
}

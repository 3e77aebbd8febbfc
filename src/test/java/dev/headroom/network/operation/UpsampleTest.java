package dev.headroom.network.operation;

/// Extents are scaled, or are as asked for; a single number holds for all but the channels.
class UpsampleTest extends OperationContract {

  @Override
  String accepted() {
    return """
        upsample {"scale_factor": [2.0, 1.5]} | 8x4x5 | 8x8x7
        upsample {"scale_factor": 2} | 8x4x5 | 8x8x10
        upsample {"scale_factor": 0.5} | 9 | 4
        upsample {"size": [7, 6]} | 8x4x5 | 8x7x6
        upsample {"size": 3} | 8x4x5 | 8x3x3
        """;
  }

  @Override
  String refused() {
    return """
        upsample {"size": 3, "scale_factor": 2} | 8x4 | either scale_factor or size must be given
        upsample {} | 8x4 | either scale_factor or size must be given
        upsample {"scale_factor": 0} | 8x4 | scale_factor outside 0 to 1000000: 0.0
        upsample {"scale_factor": 1000000} | 8x4 | scale_factor outside 0 to 1000000: 1000000.0
        upsample {"size": 0} | 8x4 | size < 1: 0
        upsample {"size": [1, 2, 3]} | 8x4 | input [8, 4] has too few dimensions
        """;
  }
}

package dev.headroom.network.operation;

/// Channels become rows and columns.
class PixelShuffleTest extends OperationContract {

  @Override
  String accepted() {
    return """
        pixel_shuffle {"upscale_factor": 2} | 12x5x7 | 3x10x14
        pixel_shuffle {"upscale_factor": 1} | 12x5x7 | 12x5x7
        pixel_shuffle {"upscale_factor": 3} | 2x9x5x7 | 2x1x15x21
        """;
  }

  @Override
  String refused() {
    return """
        pixel_shuffle {"upscale_factor": 2} | 10x5x7 | upscale_factor² 4 does not divide 10 channels
        pixel_shuffle {"upscale_factor": 0} | 10x5x7 | upscale_factor < 1: 0
        pixel_shuffle {"upscale_factor": 1} | 5x7 | has no dimension -3
        """;
  }
}

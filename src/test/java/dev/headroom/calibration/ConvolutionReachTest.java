package dev.headroom.calibration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.wire.layerconfig.LayerConfigDecoder;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConvolutionReachTest {

  /// Input and output of 16 × 8 × 8 numbers each, of a batch of 3.
  @ParameterizedTest
  @CsvSource({
    "3, 1, 1, float32, 24576",
    "3, 1, 4, float32, 24576",
    "3, 1, 1, float16, 12288",
    "1, 1, 1, float32, 0",
    "3, 2, 1, float32, 0",
    "3, 1, 16, float32, 0",
  })
  void isWhatAConvolutionWithAWorkspaceReadsAndWrites(
      int kernel, int stride, int groups, String precision, long bytes) {
    // Given
    String config =
        """
        {"schema": "headroom/layer-config/1", "job": "j", "batch_size": 3,
         "precision": {"parameters": "%s"}, "inputs": [{"name": "x", "shape": [16, 8, 8]}],
         "layers": [{"name": "c", "type": "conv2d", "inputs": ["x"], "in_channels": 16,
           "out_channels": 16, "kernel_size": [%d, %d], "stride": [%d, %d], "padding": [%d, %d],
           "groups": %d}]}
        """
            .formatted(precision, kernel, kernel, stride, stride, kernel / 2, kernel / 2, groups);

    // When, then
    assertThat(
            ConvolutionReach.of(LayerConfigDecoder.read(config.getBytes(StandardCharsets.UTF_8)))
                .bytes())
        .isEqualTo(bytes);
  }

  @Test
  void isNothingForAModelThatNobodyDescribed() {
    String config =
        """
        {"schema": "headroom/layer-config/1", "job": "j", "batch_size": 3, "inputs": [],
         "unsupported": "no way"}
        """;
    assertThat(
            ConvolutionReach.of(LayerConfigDecoder.read(config.getBytes(StandardCharsets.UTF_8)))
                .bytes())
        .isZero();
  }
}

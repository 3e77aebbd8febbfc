package dev.headroom.network.operation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.network.tensor.TensorShape;
import dev.headroom.network.tensor.Value;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Windows slide over the last dimensions; weights are out × in/groups × window.
class ConvolutionTest extends OperationContract {

  @Override
  String accepted() {
    return """
        conv2d {"in_channels": 3, "out_channels": 64, "kernel_size": [7, 7], "stride": [2, 2], "padding": [3, 3], "bias": false} | 3x224x224 | 64x112x112 | 64x3x7x7
        conv1d {"in_channels": 4, "out_channels": 8, "kernel_size": [3], "dilation": 2, "groups": 2} | 4x10 | 8x6 | 8x2x3 8
        conv3d {"in_channels": 1, "out_channels": 2, "kernel_size": [1, 2, 3]} | 1x4x4x4 | 2x4x3x2 | 2x1x1x2x3 2
        conv2d {"in_channels": 2, "out_channels": 2, "kernel_size": [4, 3], "padding": "same"} | 2x9x9 | 2x9x9 | 2x2x4x3 2
        conv2d {"in_channels": 2, "out_channels": 2, "kernel_size": [2, 2], "padding": [[0, 1], [2, 0]]} | 2x4x4 | 2x4x5 | 2x2x2x2 2
        conv_transpose2d {"in_channels": 8, "out_channels": 4, "kernel_size": [3, 3], "stride": [2, 2], "padding": [1, 1], "output_padding": [1, 1]} | 8x5x7 | 4x10x14 | 8x4x3x3 4
        conv_transpose1d {"in_channels": 2, "out_channels": 6, "kernel_size": [5], "dilation": 3, "groups": 2} | 2x4 | 6x16 | 2x3x5 6
        conv1d {"in_channels": 4, "out_channels": 8, "kernel_size": [1]} | =4x10 | =8x10 | 8x4x1 8
        """;
  }

  @Override
  String refused() {
    return """
        conv2d {"in_channels": 3, "out_channels": 4, "kernel_size": [3, 3]} | 2x8x8 | in_channels is 3, but the input has 2
        conv2d {"in_channels": 3, "out_channels": 4, "kernel_size": [3]} | 3x8x8 | kernel_size has 1 numbers, not 2
        conv2d {"in_channels": 3, "out_channels": 4, "kernel_size": [9, 9]} | 3x8x8 | kernel_size 9 does not fit an extent of 8
        conv2d {"in_channels": 3, "out_channels": 4, "kernel_size": [3, 3]} | 8 | input [8] has too few dimensions
        conv2d {"in_channels": 3, "out_channels": 4, "kernel_size": [3, 3], "padding": [-1, 0]} | 3x8x8 | padding < 0
        conv2d {"in_channels": 3, "out_channels": 4, "kernel_size": [3, 3], "stride": [0, 1]} | 3x8x8 | stride < 1: 0
        conv2d {"in_channels": 3, "out_channels": 4, "kernel_size": [3, 3], "dilation": [1, 0]} | 3x8x8 | dilation < 1: 0
        conv2d {"in_channels": 3, "out_channels": 4, "kernel_size": [0, 3]} | 3x8x8 | kernel_size < 1: 0
        conv2d {"in_channels": 3, "out_channels": 4, "kernel_size": [3, 3], "groups": 0} | 3x8x8 | groups < 1: 0
        conv2d {"in_channels": 3, "out_channels": 4, "kernel_size": [3, 3], "groups": 2} | 3x8x8 | groups
        conv2d {"in_channels": 4, "out_channels": 3, "kernel_size": [3, 3], "groups": 2} | 4x8x8 | groups
        conv2d {"in_channels": 0, "out_channels": 4, "kernel_size": [3, 3]} | 3x8x8 | in_channels < 1: 0
        conv2d {"in_channels": 3, "out_channels": 0, "kernel_size": [3, 3]} | 3x8x8 | out_channels < 1: 0
        conv_transpose1d {"in_channels": 1, "out_channels": 1, "kernel_size": [1], "padding": [1]} | 1x2 | output extent < 1: 0
        """;
  }

  @Test
  void samplesWithWeightsOfTheirOwnAreGroupsOfOneConvolution() {
    // Given two samples of 3 channels each, as groups
    var both = convolution(6, 8, 2);
    // Then
    assertThat(both.resultForEachSample(Value.batched(TensorShape.of(3, 5, 5))))
        .isEqualTo(convolution(3, 4, 1).result(List.of(Value.batched(TensorShape.of(3, 5, 5)))));
    assertThat(both.resultForEachSample(Value.batched(TensorShape.of(6, 5, 5))).shape())
        .isEqualTo(TensorShape.of(8, 3, 3));
  }

  @Test
  void aKernelIsOrderedIfItHasSeveralChannelsAndPlaces() {
    assertThat(convolution(6, 8, 1).isOrdered()).isTrue();
    assertThat(convolution(6, 6, 6).isOrdered()).isFalse();
    assertThat(
            new Convolution(
                    false,
                    6,
                    8,
                    List.of(1, 1),
                    List.of(1, 1),
                    List.of(0, 0),
                    List.of(1, 1),
                    List.of(0, 0),
                    1,
                    true,
                    false,
                    PaddingMode.CONSTANT)
                .isOrdered())
        .isFalse();
  }

  private static Convolution convolution(int in, int out, int groups) {
    List<Integer> ones = List.of(1, 1);
    List<Integer> none = List.of(0, 0);
    return new Convolution(
        false,
        in,
        out,
        List.of(3, 3),
        ones,
        none,
        ones,
        none,
        groups,
        true,
        false,
        PaddingMode.CONSTANT);
  }
}

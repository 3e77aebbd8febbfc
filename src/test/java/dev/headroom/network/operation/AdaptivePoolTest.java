package dev.headroom.network.operation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/// The result has the extents that were asked for.
class AdaptivePoolTest extends OperationContract {

  @Override
  String accepted() {
    return """
        adaptive_avg_pool {"output_size": [1, 1]} | 8x7x9 | 8x1x1
        adaptive_max_pool {"output_size": [4, 5]} | 8x7x9 | 8x4x5
        adaptive_avg_pool {"output_size": [-1, 2]} | 8x7x9 | 8x7x2
        adaptive_avg_pool {"output_size": 3} | 8x7 | 8x3
        adaptive_avg_pool {"output_size": [0]} | 8x7 | 8x0
        """;
  }

  @Override
  String refused() {
    return """
        adaptive_avg_pool {"output_size": [-2]} | 8x7 | output_size < -1: -2
        adaptive_avg_pool {"output_size": []} | 8x7 | output_size dimensions < 1: 0
        adaptive_avg_pool {"output_size": [1, 1]} | 7 | input [7] has too few dimensions
        """;
  }

  @Test
  void isAMeanOnlyWhereTheAverageIsOfAll() {
    assertThat(new AdaptivePool(false, List.of(1, 1)).isMean()).isTrue();
    assertThat(new AdaptivePool(true, List.of(1, 1)).isMean()).isFalse();
    assertThat(new AdaptivePool(false, List.of(1, 2)).isMean()).isFalse();
  }
}

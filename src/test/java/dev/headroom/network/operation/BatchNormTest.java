package dev.headroom.network.operation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.headroom.network.tensor.DType;
import dev.headroom.network.tensor.Input;
import org.junit.jupiter.api.Test;

/// Each channel has a weight, a bias and running figures; the shape stays.
class BatchNormTest extends OperationContract {

  @Override
  String accepted() {
    return """
        batch_norm1d {"num_features": 8} | 8x5 | 8x5 | 8 8 | 8 8 .
        batch_norm2d {"num_features": 8, "affine": false} | 8x5x5 | 8x5x5 | | 8 8 .
        batch_norm3d {"num_features": 3, "track_running_stats": false} | 3x2x2x2 | 3x2x2x2 | 3 3
        """;
  }

  @Override
  String refused() {
    return """
        batch_norm2d {"num_features": 0} | 8x5x5 | num_features < 1: 0
        batch_norm2d {} | 8x5x5 | num_features
        """;
  }

  @Test
  void itsCountOfBatchesIsAWholeNumber() {
    assertThat(new BatchNorm(2, 4, true, true).buffers())
        .extracting(Input::name, Input::dtype)
        .containsExactly(
            tuple("running_mean", DType.FLOAT32),
            tuple("running_var", DType.FLOAT32),
            tuple("num_batches_tracked", DType.INT64));
  }
}

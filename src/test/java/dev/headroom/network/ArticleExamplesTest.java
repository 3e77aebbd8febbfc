package dev.headroom.network;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.network.operation.Convolution;
import dev.headroom.network.operation.PaddingMode;
import dev.headroom.network.tensor.DType;
import dev.headroom.network.tensor.TensorShape;
import dev.headroom.network.tensor.Value;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The three examples of the article that this project grew from. It prints 12,288,000 for the
/// second and 602,112 (a single image) for the third: its products are wrong.
class ArticleExamplesTest {

  @Test
  void theWeightsOfAConvolution() {
    // Given
    Convolution convolution = convolution();

    // Then
    assertThat(convolution.parameters()).containsExactly(TensorShape.of(64, 3, 3, 3));
    assertThat(convolution.weight().elements()).isEqualTo(1_728);
    assertThat(convolution.weight().elements() * DType.FLOAT32.bytes()).isEqualTo(6_912);
  }

  @Test
  void aFeatureMapOfABatch() {
    // Given
    Value image = Value.batched(TensorShape.of(3, 32, 32));

    // When
    Value map = convolution().result(List.of(image));

    // Then
    assertThat(map.shape()).isEqualTo(TensorShape.of(64, 30, 30));
    assertThat(map.elements(32) * DType.FLOAT32.bytes()).isEqualTo(7_372_800);
  }

  @Test
  void aBatchOfImages() {
    // Given
    Value image = Value.batched(TensorShape.of(3, 224, 224));

    // Then
    assertThat(image.elements(32) * DType.FLOAT32.bytes()).isEqualTo(19_267_584);
    assertThat(image.elements(1) * DType.FLOAT32.bytes()).isEqualTo(602_112);
  }

  private static Convolution convolution() {
    return new Convolution(
        false,
        3,
        64,
        List.of(3, 3),
        List.of(1, 1),
        List.of(0, 0),
        List.of(1, 1),
        List.of(0, 0),
        1,
        false,
        false,
        PaddingMode.CONSTANT);
  }
}

package dev.headroom.budget.operators;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.budget.PyTorchRuns;
import dev.headroom.network.Loss;
import dev.headroom.network.tensor.DType;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LossRulesTest {

  @ParameterizedTest
  @CsvSource({
    "CROSS_ENTROPY, 120, INT64",
    "BCE_WITH_LOGITS, 1200, FLOAT16",
    "MSE, 1200, FLOAT16",
    "L1, 1200, FLOAT16",
    "SMOOTH_L1, 1200, FLOAT16"
  })
  void aTargetIsALabelForEachPlaceOrAsLargeAsTheOutput(Loss.Kind kind, long elements, DType dtype) {
    // Given an output of 1200 elements in ten classes
    assertThat(LossRules.targetElements(kind, 1200, 10)).isEqualTo(elements);
    assertThat(LossRules.targetFormat(kind, DType.FLOAT16)).isEqualTo(dtype);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "WideMlp",
        "Audio1d",
        "UNet",
        "Gpt2Small",
        "SplitNet",
        "resnet18",
        "TwoInputs",
        "Vae",
        "AutoEncoder",
        "TextTransformer",
        "deeplabv3_mobilenet"
      })
  void isAsInPyTorch(String network) {
    PyTorchRuns.assertEqualFor(network);
  }
}

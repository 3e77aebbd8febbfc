package dev.headroom.budget.operators;

import dev.headroom.budget.PyTorchRuns;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Attention, by each backend and spelled out.
class AttentionRulesTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Gpt2Small",
        "vit_b_16",
        "beit_small",
        "vit_unbind_small",
        "xcit_small",
        "LlamaSmall",
        "frozen_vit_small",
        "mobilevit_xxs",
        "TextTransformer",
        "llama",
        "Decoder",
        "t5",
        "distilbert"
      })
  void isAsInPyTorch(String network) {
    PyTorchRuns.assertEqualFor(network);
  }
}

package dev.headroom.budget.calls;

import dev.headroom.budget.PyTorchRuns;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Calls that a config declares: products and attention spelled out.
class DeclaredCallsTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "xcit_small",
        "swin_v2_small",
        "LlamaSmall",
        "llama",
        "llama_lora",
        "t5",
        "bart",
        "bert_lora",
        "TextTransformer"
      })
  void isAsInPyTorch(String network) {
    PyTorchRuns.assertEqualFor(network);
  }
}

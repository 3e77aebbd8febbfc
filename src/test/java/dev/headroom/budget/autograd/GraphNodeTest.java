package dev.headroom.budget.autograd;

import dev.headroom.budget.PyTorchRuns;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Where gradients go and what is saved for them.
class GraphNodeTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SplitNet",
        "StackNet",
        "GainNet",
        "Gpt2Small",
        "Tied",
        "WideMlp",
        "Vae",
        "LlamaSmall",
        "vit_checkpointed"
      })
  void isAsInPyTorch(String network) {
    PyTorchRuns.assertEqualFor(network);
  }
}

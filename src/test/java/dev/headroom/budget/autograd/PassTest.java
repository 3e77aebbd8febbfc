package dev.headroom.budget.autograd;

import dev.headroom.budget.PyTorchRuns;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Tensors, views, casts and what is saved, in training and in checkpointed parts.
class PassTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SplitNet",
        "StackNet",
        "GainNet",
        "Gpt2Small",
        "resnet18",
        "frozen_vit_small",
        "vit_checkpointed",
        "llama",
        "t5",
        "LlamaSmall",
        "SliceHead"
      })
  void isAsInPyTorch(String network) {
    PyTorchRuns.assertEqualFor(network);
  }
}

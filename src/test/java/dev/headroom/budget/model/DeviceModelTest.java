package dev.headroom.budget.model;

import dev.headroom.budget.PyTorchRuns;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Parameters and buffers on the device, once each, in their order.
class DeviceModelTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Tied",
        "Gpt2Small",
        "frozen_vit_small",
        "frozen_until_layer4_resnet50",
        "swin_v2_small",
        "resnet18",
        "llama_lora",
        "bert_lora",
        "WideMlp"
      })
  void isAsInPyTorch(String network) {
    PyTorchRuns.assertEqualFor(network);
  }
}

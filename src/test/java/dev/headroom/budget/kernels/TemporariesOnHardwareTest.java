package dev.headroom.budget.kernels;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.budget.MeasuredH100;
import dev.headroom.budget.iteration.AllocationTrace;
import dev.headroom.budget.trace.AllocationEvents;
import dev.headroom.budget.whatif.WhatIf;
import dev.headroom.network.LayerConfig;
import dev.headroom.network.Network;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What kernels of whole networks took for themselves in a step, all in all, as PyTorch's allocator
/// told it on an H100: `deploy/gpu-check/traces.py` wrote the figures.
class TemporariesOnHardwareTest {

  /// @param twice bytes that efficient attention holds in both of its moments: a number in single
  ///     precision for each query
  @ParameterizedTest
  @CsvSource({
    "mixer_b16_224, 32, float32, layer_norm, forward, native_layer_norm, 0",
    "mixer_b16_224, 32, float32, layer_norm, backward, native_layer_norm_backward, 0",
    "mixer_b16_224, 8, autocast-bfloat16, layer_norm, forward, native_layer_norm, 0",
    "mixer_b16_224, 8, autocast-bfloat16, layer_norm, backward, native_layer_norm_backward, 0",
    "convnext_tiny, 32, float32, layer_norm, forward, native_layer_norm, 0",
    "convnext_tiny, 8, float32, layer_norm, backward, native_layer_norm_backward, 0",
    "swin_tiny_patch4_window7_224, 32, float32, layer_norm, forward, native_layer_norm, 0",
    "swin_tiny_patch4_window7_224, 32, float32, softmax, backward, _softmax_backward_data, 0",
    "llama_small, 8, float32, loss, loss, _log_softmax, 0",
    "llama_small, 8, autocast-bfloat16, loss, loss, _log_softmax, 0",
    "llama_small, 8, float32, attention, backward, _efficient_attention_backward, 2097152",
    "vit_base_patch16_224, 32, float32, attention, backward, _efficient_attention_backward, 3631104",
    "beit_base_patch16_224, 32, float32, attention, backward, _efficient_attention_backward, 3631104"
  })
  void kernelsTakeAsMuch(
      String model,
      int batch,
      String precision,
      String kind,
      String phase,
      String operator,
      long twice) {
    // Given
    String setup = precision.equals("float32") ? null : precision;
    LayerConfig config =
        new WhatIf(batch, setup, null, null, null).applied(MeasuredH100.config(model));
    // When
    long sum = takenIn(config, kind, phase);
    // Then
    assertThat(sum - twice).isEqualTo(measured(model, batch, precision, "aten::" + operator));
  }

  private static long takenIn(LayerConfig config, String kind, String phase) {
    var network = (Network) config.description();
    AllocationTrace trace = AllocationTrace.of(config, network);
    AllocationTrace onGpu = trace.withKernelTemporaries();
    AllocationEvents events = onGpu.events();
    long sum = 0;
    for (int i = onGpu.setupEnd(); i < onGpu.firstStepEnd(); i++) {
      int layer = events.layerAt(i);
      String type = layer < 0 ? "loss" : network.layers().get(layer).operation().type();
      boolean counts =
          events.isAllocation(i)
              && events.storageAt(i).id() >= trace.events().storages()
              && type.endsWith(kind)
              && events.phaseAt(i).wireName().equals(phase);
      sum += counts ? events.storageAt(i).bytes() : 0;
    }
    return sum;
  }

  /// The sum of an operator's blocks.
  private static long measured(String model, int batch, String precision, String operator) {
    Map<String, String> wanted =
        Map.of(
            "model", model,
            "batch", Integer.toString(batch),
            "precision", precision,
            "operator", operator);
    return MeasuredH100.rows("temporaries.csv").stream()
        .filter(row -> row.entrySet().containsAll(wanted.entrySet()))
        .mapToLong(row -> Long.parseLong(row.getOrDefault("sum", "")))
        .findFirst()
        .orElseThrow();
  }
}

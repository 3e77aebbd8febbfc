package dev.headroom.budget.operators;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.budget.PyTorchRuns;
import dev.headroom.budget.iteration.AllocationTrace;
import dev.headroom.budget.trace.AllocationEvents;
import dev.headroom.budget.trace.IterationPhase;
import dev.headroom.network.Layer;
import dev.headroom.network.LayerConfig;
import dev.headroom.network.Network;
import dev.headroom.network.operation.LocalResponseNorm;
import dev.headroom.wire.layerconfig.LayerConfigDecoder;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Pools, and what each saves.
class PoolRulesTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "alexnet",
        "vgg16",
        "resnet18",
        "squeezenet1_1",
        "densenet121",
        "UNet",
        "AutoEncoder",
        "Video3d",
        "Fpn",
        "Lrn",
        "efficientnet_b3",
        "Mixer"
      })
  void isAsInPyTorch(String network) {
    PyTorchRuns.assertEqualFor(network);
  }

  /// A response norm as one layer holds what it holds as the operators that PyTorch runs.
  @Test
  void aResponseNormIsAsInPyTorch() {
    PyTorchRuns.assertEqualFor("Lrn", PoolRulesTest::withOneResponseNorm);
  }

  private static Network withOneResponseNorm(Network network) {
    List<Layer> layers =
        network.layers().stream()
            .filter(layer -> !layer.name().matches("n(\\.[^d].*)?"))
            .map(
                layer ->
                    layer.name().equals("n.div")
                        ? Layer.of("n.div", List.of("model"), new LocalResponseNorm(5))
                        : layer)
            .toList();
    return new Network(
        network.inputs(), layers, network.outputs(), network.loss(), network.lifetimes());
  }

  /// A mean over places keeps the strides of an input with its channels last, and its gradient is
  /// made anew for that. What a config says of copies comes first.
  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      delimiter = ';',
      textBlock =
          """
          turned; 'type': 'adaptive_avg_pool', 'output_size': [1, 1]; 2
          x; 'type': 'adaptive_avg_pool', 'output_size': [1, 1]; 1
          turned; 'type': 'mean', 'dim': [1, 2], 'keepdim': true; 2
          x; 'type': 'mean', 'dim': [1, 2], 'keepdim': true; 1
          turned; 'type': 'mean', 'dim': [1, 2], 'keepdim': false; 1
          turned; 'type': 'mean', 'dim': [1], 'keepdim': true; 1
          turned; 'type': 'mean', 'dim': [1, 2], 'keepdim': true, 'gradient_copies': 0; 1
          x; 'type': 'mean', 'dim': [1], 'keepdim': true, 'gradient_copies': 1; 2
          """)
  void aMeansGradientIsCopiedForItsStrides(String input, String layer, int gradients) {
    // Given
    LayerConfig config = config("2.15.0", input, layer);
    // When
    AllocationEvents events = AllocationTrace.of(config, (Network) config.description()).events();
    // Then
    assertThat(
            IntStream.range(0, events.size())
                .filter(events::isAllocation)
                .filter(event -> events.phaseAt(event) == IterationPhase.BACKWARD)
                .filter(event -> events.layerAt(event) == 3)
                .count())
        .isEqualTo(gradients);
  }

  /// The input's 96 numbers for each of two samples.
  @Test
  void aMeanSavedItsInputBeforePyTorch2() {
    String mean = "'type': 'mean', 'dim': [1], 'keepdim': true";
    assertThat(saved(config("1.13.0", "sum", mean)) - saved(config("2.15.0", "sum", mean)))
        .isEqualTo(2 * 96 * 4);
  }

  private static long saved(LayerConfig config) {
    return AllocationTrace.of(config, (Network) config.description()).events().savedBytes();
  }

  /// Layer 3 is judged.
  private static LayerConfig config(String version, String input, String layer) {
    return LayerConfigDecoder.read(
        """
        {"schema": "headroom/layer-config/1", "job": "j", "batch_size": 2,
         "framework": {"name": "pytorch", "version": "%s"}, "lifetimes": "observed",
         "optimizer": {"type": "sgd"},
         "inputs": [{"name": "given", "shape": [4, 4, 6]}],
         "layers": [
           {"name": "x", "type": "conv2d", "inputs": ["given"], "in_channels": 4,
            "out_channels": 4, "kernel_size": [1, 1]},
           {"name": "sum", "type": "add", "inputs": ["x"]},
           {"name": "turned", "type": "permute", "inputs": ["x"], "shape": [4, 6, 4],
            "dims": [0, 2, 3, 1]},
           {"name": "mean", "inputs": ["%s"], %s},
           {"name": "after", "type": "gelu", "inputs": ["mean"]}]}
        """
            .formatted(version, input, layer.replace('\'', '"'))
            .getBytes(UTF_8));
  }
}

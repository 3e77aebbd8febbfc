package dev.headroom.budget;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.budget.device.KnownOverheads;
import dev.headroom.budget.whatif.WhatIf;
import dev.headroom.memory.MemorySize;
import dev.headroom.network.Layer;
import dev.headroom.network.LayerConfig;
import dev.headroom.network.Lifetimes;
import dev.headroom.network.Loss;
import dev.headroom.network.Network;
import dev.headroom.network.operation.Linear;
import dev.headroom.network.operation.Softmax;
import dev.headroom.network.setup.Framework;
import dev.headroom.network.setup.Optimizer;
import dev.headroom.network.tensor.DType;
import dev.headroom.network.tensor.Input;
import dev.headroom.network.tensor.TensorShape;
import dev.headroom.wire.layerconfig.LayerConfigDecoder;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What people reported of their jobs' memory, with the right prediction; each names the report.
class PredictionReportsTest {

  private final Predictor predictor = new Predictor(new KnownOverheads());

  /// pytorch#69189: weight decay needs a copy of the gradients. Copies in a step over lists of
  /// tensors, without and with it, by `_multi_tensor_` of each in `torch/optim`.
  @ParameterizedTest
  @CsvSource({
    "rmsprop, 1, 2",
    "nadam, 1, 2",
    "adadelta, 2, 3",
    "adam, 1, 1",
    "adamw, 1, 1",
    "radam, 1, 1",
    "adagrad, 2, 2",
    "adamax, 1, 1"
  })
  void copiesOfTheGradientsForWeightDecay(String optimizer, int without, int with) {
    // Given: parameters that are nearly all there is, so that the step is the peak
    LayerConfig plain =
        new WhatIf(1, null, optimizer, null, null).applied(GoldenReferences.config("vgg16"));
    long parameters = budget(plain).parameterBytes().bytes();

    // When
    long more = tensor(decaying(plain)) - tensor(plain);

    // Then
    assertThat(more).isEqualTo((with - without) * parameters);
  }

  /// pytorch#69189, vgg16 with momentum: parameters, gradients, momenta; the copy; the input and
  /// its target.
  @ParameterizedTest
  @ValueSource(strings = {"sgd,momentum=0.9", "sgd,momentum=0.9,nesterov"})
  void theStepOfMomentumWithWeightDecay(String optimizer) {
    LayerConfig config =
        decaying(
            new WhatIf(1, null, optimizer, null, null).applied(GoldenReferences.config("vgg16")));
    assertThat(tensor(config)).isEqualTo(1_660_290_528L + 553_430_176L + 602_112L + 8);
  }

  /// pytorch#64000: until 1.10 softmax and log_softmax saved their input, too.
  @ParameterizedTest
  @CsvSource({"1.10.1, 4462084", "1.11.0, 2362372"})
  void whatSoftmaxSavesByVersion(String version, long saved) {
    // Given
    List<String> outputs = List.of("last");
    var network =
        new Network(
            List.of(new Input("x", TensorShape.of(1024), DType.FLOAT32)),
            List.of(
                Layer.of("first", List.of("x"), new Linear(1024, 8192, true)),
                Layer.of("softmax", List.of("first"), new Softmax(1)),
                Layer.of("last", List.of("softmax"), new Linear(8192, 10, true))),
            outputs,
            new Loss(Loss.Kind.CROSS_ENTROPY, outputs),
            Lifetimes.OBSERVED);
    var config =
        new LayerConfig(
            "job",
            "1",
            "model",
            new Framework("pytorch", version, "11.3"),
            GoldenReferences.config("vgg16").setup().withBatchSize(64),
            network);

    // Then
    assertThat(budget(config).saved()).isEqualTo(new MemorySize(saved));
  }

  /// pytorch#130614, pytorch#39256: a border that is not of zeros is held besides. A convolution of
  /// 3 to 4 channels over 2 × 3 × 8 × 8 with a border of one, behind one of 3 to
  /// 3: what PyTorch 2.15 saves, by `torch.autograd.graph.saved_tensors_hooks`. It is the padded
  /// input; with a mirrored or repeated border the map before it, too.
  @ParameterizedTest
  @CsvSource({
    "zeros, 1536",
    "circular, 2400",
    "reflect, 3936",
    "replicate, 3936",
  })
  void whatAConvolutionWithABorderSaves(String mode, long saved) {
    // Given: what is saved beside it
    Budget budget = budget(bordered("\"padding_mode\": \"%s\"".formatted(mode)));
    Budget plain = budget(bordered("\"padding_mode\": \"zeros\""));

    // Then
    assertThat(budget.saved().bytes() - plain.saved().bytes()).isEqualTo(saved - 1536);
    assertThat(budget.reasons().stream().anyMatch(reason -> reason.contains("conv2d padded by")))
        .isEqualTo(!mode.equals("zeros"));
  }

  /// nobuco#31, executorch#22774, pytorch#117054: a border of none has a name, too.
  @Test
  void aBorderOfNoneIsTakenByItsName() {
    assertThat(budget(bordered("\"bias\": true, \"padding\": \"valid\"", "")).peak())
        .isEqualTo(budget(bordered("\"bias\": true, \"padding\": [0, 0]", "")).peak());
  }

  /// RAMPART#15: what a configuration says and nobody knows is passed over in silence. It is an
  /// attribute that the contract does not have, or its type of layer does not.
  @ParameterizedTest
  @CsvSource({"quantized", "normalized_shape"})
  void anAttributeThatNobodyKnowsIsSaid(String attribute) {
    // When
    Budget known = budget(bordered("\"bias\": true"));
    Budget unknown = budget(bordered("\"%s\": [4]".formatted(attribute)));

    // Then
    assertThat(unknown.reasons())
        .contains("layer b: attribute %s is unknown, and left out".formatted(attribute));
    assertThat(unknown.confidence()).isEqualTo(Confidence.MODELLED);
    assertThat(known.reasons()).noneMatch(reason -> reason.contains("unknown"));
    assertThat(unknown.peak()).isEqualTo(known.peak());
  }

  private static LayerConfig bordered(String attribute) {
    return bordered(attribute, "\"padding\": [1, 1], ");
  }

  private static LayerConfig bordered(String attribute, String padding) {
    return LayerConfigDecoder.read(
        """
        {"schema": "headroom/layer-config/1", "job": "j", "batch_size": 2,
         "framework": {"name": "pytorch", "version": "2.15.0"}, "lifetimes": "observed",
         "inputs": [{"name": "x", "shape": [3, 8, 8]}],
         "layers": [
           {"name": "a", "type": "conv2d", "inputs": ["x"], "in_channels": 3, "out_channels": 3,
            "kernel_size": [1, 1]},
           {"name": "b", "type": "conv2d", "inputs": ["a"], "in_channels": 3, "out_channels": 4,
            "kernel_size": [3, 3], %s%s},
           {"name": "c", "type": "mean", "inputs": ["b"], "dim": [2, 3]}]}
        """
            .formatted(padding, attribute)
            .getBytes(UTF_8));
  }

  private Budget budget(LayerConfig config) {
    return (Budget) predictor.predict(config);
  }

  private long tensor(LayerConfig config) {
    return budget(config).peak().tensor().bytes();
  }

  private static LayerConfig decaying(LayerConfig config) {
    Optimizer optimizer = config.setup().optimizer();
    return config.withSetup(
        config
            .setup()
            .withOptimizer(
                new Optimizer(
                    optimizer.kind(),
                    optimizer.momentum(),
                    5e-4,
                    optimizer.nesterov(),
                    optimizer.amsgrad(),
                    optimizer.centered(),
                    optimizer.implementation())));
  }
}

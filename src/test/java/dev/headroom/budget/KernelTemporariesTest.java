package dev.headroom.budget;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.budget.device.DeviceOverhead;
import dev.headroom.budget.iteration.AllocationTrace;
import dev.headroom.budget.trace.IterationPhase;
import dev.headroom.budget.whatif.WhatIf;
import dev.headroom.calibration.PredictedPeak;
import dev.headroom.memory.MemorySize;
import dev.headroom.network.LayerConfig;
import dev.headroom.network.Network;
import dev.headroom.network.setup.RunMode;
import dev.headroom.wire.layerconfig.LayerConfigDecoder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KernelTemporariesTest {

  private static final DeviceOverhead.Beyond BEYOND =
      new DeviceOverhead.Beyond(MemorySize.ofMebibytes(100), MemorySize.ofMebibytes(300));

  /// At the peak, in the backward pass of softmax, there are its result, the gradient of that and
  /// the gradient that it makes; on a GPU a product besides. Four samples' are 16 MiB each, with a
  /// segment of their own; one sample's are 4 MiB each, and a segment of 20 MiB has room for five.
  @ParameterizedTest
  @CsvSource({"4, 48, 16, 16", "1, 12, 4, 0"})
  void oneMoreMatrixAtThePeak(int batch, long without, long allocated, long reserved) {
    // When
    Peak peak = peak(attention(batch, 4));
    // Then
    assertThat(peak.layer()).isEqualTo("weights");
    assertThat(peak.allocated()).isBetween(mebibytes(without), mebibytes(without + 6));
    assertThat(peak.kernelTemporaries())
        .isEqualTo(new KernelTemporaries(mebibytes(allocated), mebibytes(reserved)));
    assertThat(peak.kernelTemporaries().isNone()).isFalse();
  }

  @Test
  void itIsExpectedAndInWhatTheDeviceHolds() {
    // When
    LayerConfig config = attention(4, 4);
    Peak peak = peak(config);
    // Then
    MemorySize expected = peak.reserved().plus(mebibytes(16));
    assertThat(peak.device()).isEqualTo(expected.plus(BEYOND.median()));
    assertThat(peak.deviceP95()).isEqualTo(expected.plus(BEYOND.p95()));
    assertThat(PredictedPeak.of(config, peak))
        .isEqualTo(
            new PredictedPeak(peak.allocated().plus(mebibytes(16)), expected, MemorySize.ZERO));
  }

  /// What the goldens know is that of the trace as it is.
  @Test
  void theTraceAndItsSizesStayAsTheyAre() {
    LayerConfig config = attention(4, 4);
    var trace = AllocationTrace.of(config, (Network) config.description());
    Replay replay = Replay.of(trace);
    Peak peak = peak(config);
    assertThat(peak.allocated().bytes()).isEqualTo(replay.peaks().allocated());
    assertThat(peak.reserved().bytes()).isEqualTo(replay.peaks().reserved());
    assertThat(peak.tensor()).isEqualTo(replay.tensors().sum());
  }

  /// Autocast runs softmax in single precision, of either half.
  @ParameterizedTest
  @CsvSource({
    "float32, 16",
    "float64, 32",
    "bfloat16, 8",
    "autocast-float16, 16",
    "autocast-bfloat16, 16"
  })
  void itHasTheFormatOfTheGradient(String precision, long allocated) {
    LayerConfig config = new WhatIf(null, precision, null, null, null).applied(attention(4, 4));
    assertThat(peak(config).kernelTemporaries().allocated()).isEqualTo(mebibytes(allocated));
  }

  /// 256 MiB of weights: Adam's step copies them, which is more than the matrices.
  @Test
  void awayFromThePeakTheBlocksAreNoHigher() {
    Peak peak = peak(attention(4, 1 << 20));
    assertThat(peak.phase()).isEqualTo(IterationPhase.OPTIMIZER_STEP);
    assertThat(peak.kernelTemporaries().allocated()).isEqualTo(MemorySize.ZERO);
  }

  @ParameterizedTest
  @ValueSource(strings = {"resnet18", "mobilenet_v2"})
  void nothingAndNoSecondReplayWithoutSuchKernels(String network) {
    LayerConfig config = GoldenReferences.config(network);
    var trace = AllocationTrace.of(config, (Network) config.description());
    assertThat(trace.events().hasKernelTemporaries()).isFalse();
    assertThat(peak(config).kernelTemporaries().isNone()).isTrue();
  }

  @Test
  void noneWithoutABackwardPass() {
    LayerConfig config = attention(4, 4);
    LayerConfig inference = config.withSetup(config.setup().withMode(RunMode.INFERENCE));
    assertThat(peak(inference).kernelTemporaries().isNone()).isTrue();
  }

  private static MemorySize mebibytes(long number) {
    return MemorySize.ofMebibytes(number);
  }

  private static Peak peak(LayerConfig config) {
    return ((Budget) new Predictor((_, _) -> BEYOND).predict(config)).peak();
  }

  /// Attention of 1024 tokens: its matrix is 4 MiB for each sample. A layer of 64 times `outputs`
  /// weights is behind it.
  private static LayerConfig attention(int batch, int outputs) {
    return LayerConfigDecoder.read(
        """
        {"schema": "headroom/layer-config/1", "job": "j", "batch_size": %d,
         "framework": {"name": "pytorch", "version": "2.15.0"}, "lifetimes": "observed",
         "optimizer": {"type": "adam"},
         "inputs": [{"name": "x", "shape": [1024, 64]}],
         "layers": [
           {"name": "query", "type": "linear", "inputs": ["x"], "in_features": 64,
            "out_features": 64},
           {"name": "key", "type": "linear", "inputs": ["x"], "in_features": 64,
            "out_features": 64},
           {"name": "value", "type": "linear", "inputs": ["x"], "in_features": 64,
            "out_features": 64},
           {"name": "turned", "type": "permute", "inputs": ["key"], "shape": [64, 1024],
            "dims": [0, 2, 1]},
           {"name": "scores", "type": "matmul", "inputs": ["query", "turned"]},
           {"name": "weights", "type": "softmax", "inputs": ["scores"], "dim": -1},
           {"name": "attended", "type": "matmul", "inputs": ["weights", "value"]},
           {"name": "mean", "type": "mean", "inputs": ["attended"], "dim": [1]},
           {"name": "last", "type": "linear", "inputs": ["mean"], "in_features": 64,
            "out_features": %d}]}
        """
            .formatted(batch, outputs)
            .getBytes(UTF_8));
  }
}

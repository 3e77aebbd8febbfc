package dev.headroom.budget.kernels;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.budget.iteration.AllocationTrace;
import dev.headroom.budget.trace.AllocatedStorage;
import dev.headroom.budget.trace.AllocationEvents;
import dev.headroom.budget.trace.IterationPhase;
import dev.headroom.budget.whatif.WhatIf;
import dev.headroom.network.LayerConfig;
import dev.headroom.network.Network;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.CsvSource;

/// What operators hold at their highest on a GPU, forward and backward, as PyTorch's allocator
/// counted it on an H100: `deploy/gpu-check/operators.py` wrote the figures.
class OperatorsOnHardwareTest {

  private static final String MEASURED = "docs/hardware/h100-80gb-580.159.04/operators.csv";

  /// What a layer config does not ask for: in half precision there is a faster kernel.
  private static final Set<String> OTHER_KERNEL =
      Set.of("attention efficient bfloat16", "attention with mask and dropout bfloat16");

  /// Rows that are judged elsewhere, or not by a rule: cuDNN chooses a convolution's algorithm when
  /// it runs, so what that takes is learned; docs/accuracy.md says of the others why.
  private static final Set<String> NOT_JUDGED =
      Set.of(
          "log_softmax",
          "attention math",
          "attention chosen, causal",
          "multi-head attention",
          "linear",
          "conv 3x3",
          "conv 1x1",
          "conv 7x7 stride 2",
          "conv depthwise",
          "conv, circular padding",
          "conv, reflect padding",
          "transposed conv",
          "conv 1d",
          "conv 3d",
          "conv dilated",
          "conv of groups",
          "masked fill",
          "batched product",
          "embedding bag",
          "gather",
          "topk",
          "norm",
          "sum over tokens",
          "index",
          "sort",
          "embedding",
          "Adam, foreach",
          "Adam, fused",
          "Adam, for_loop");

  /// What the allocator did not cut off a cached block that was larger than asked for: at most one
  /// mebibyte for each request.
  private static final Map<String, Long> NOT_CUT_OFF =
      Map.of(
          "LSTM of 2 layers, dropout float32 forward", 785_920L,
          "LSTM of 2 layers, dropout float32 backward", 785_920L,
          "LSTM, bidirectional float32 forward", 523_776L,
          "LSTM, bidirectional float32 backward", 523_776L,
          "GRU float32 forward", 32_768L,
          "dropout bfloat16 forward", 32_768L);

  /// Seed and offset are on the device in the references, and not where kernels run.
  private static final Map<String, Long> IN_THE_REFERENCES_ALONE =
      Map.of(
          "attention efficient float32 forward", 1024L,
          "attention with mask and dropout float32 forward", 1024L);

  /// What the forward pass left and the backward pass releases before its highest point.
  private static final Map<String, Long> RELEASED_BEFORE =
      Map.of("cross entropy float32 backward", 512L, "cross entropy bfloat16 backward", 512L);

  @ParameterizedTest(name = "{0} {1} {2} {3}")
  @CsvFileSource(files = MEASURED, numLinesToSkip = 1)
  void holdsAsMuchAtItsHighest(
      String operator, String dtype, String shape, String pass, long bytes, long left, long peak) {
    // Given
    String layers = MeasuredOperators.LAYERS.get(operator);
    String row = String.join(" ", operator, dtype, pass);
    if (layers == null || OTHER_KERNEL.contains(operator + " " + dtype)) {
      assertThat(NOT_JUDGED.contains(operator) || layers != null).as(row).isTrue();
      return;
    }
    IterationPhase forward =
        operator.equals(MeasuredOperators.LOSS) ? IterationPhase.LOSS : IterationPhase.FORWARD;
    // When
    long highest =
        highest(
            MeasuredOperators.config(layers, dtype, shape),
            pass.equals("forward") ? forward : IterationPhase.BACKWARD,
            operator.equals(MeasuredOperators.LOSS) ? "" : "op");
    // Then
    assertThat(highest)
        .as("%s: all requests %d, left %d", row, bytes, left)
        .isEqualTo(
            peak
                - NOT_CUT_OFF.getOrDefault(row, 0L)
                + RELEASED_BEFORE.getOrDefault(row, 0L)
                + IN_THE_REFERENCES_ALONE.getOrDefault(row, 0L));
  }

  /// The same shape in both formats: 128 times 1,024 queries of 64 numbers.
  @Test
  void efficientAttentionOfHalves() {
    long gradients = 3 * 16_777_216;
    List<Long> held = new AttentionBuffers(128, 1024, 64).efficient(true, 0);
    assertThat(held).containsExactly(peak("attention efficient", "bfloat16") - gradients);
  }

  /// Of 8,192 indices in a table of 32,000 × 1,024 as the allocator rounds each request; of its
  /// peak two cached blocks were not cut off.
  @Test
  void embeddingsSortTheirIndices() {
    long notCutOff = 132_120_576 - 131_072_000 + 37_748_736 - 36_909_056;
    assertThat(EmbeddingBuffers.bytes(8192, 32_000, 4096))
        .isEqualTo(peak("embedding", "float32") - 131_072_000 - notCutOff);
    assertThat(EmbeddingBuffers.bytes(3072, 32_000, 4096)).isZero();
  }

  /// Of the backward pass or the step.
  private static long peak(String operator, String dtype) {
    try (Stream<String> rows = Files.lines(Path.of(MEASURED))) {
      List<String> row =
          rows.filter(line -> line.startsWith(operator + "," + dtype + ","))
              .filter(line -> !line.contains(",forward,"))
              .map(line -> List.of(line.split(",", -1)))
              .findFirst()
              .orElseThrow();
      return Long.parseLong(row.get(row.size() - 2));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// A layer config that was captured under autocast says the result's format: what cuDNN holds is
  /// that of bfloat16, but for the flat weights; the states are made in single precision.
  @Test
  void recurrentLayersUnderAutocast() {
    String layers =
        MeasuredOperators.LAYERS
            .getOrDefault("LSTM", "")
            .replace("\"operator\"", "\"dtype\": \"bfloat16\", \"operator\"")
            .replace("\"327680 numbers\"", "655360");
    LayerConfig config = MeasuredOperators.config(layers, "float32", "32x128x512");
    long flatWeights = 4_202_496;
    long states = 2 * 32_768;
    assertThat(highest(config, IterationPhase.FORWARD, "op"))
        .isEqualTo(71_803_904 - flatWeights + states);
  }

  /// Eight matrices of a million numbers.
  @ParameterizedTest
  @CsvSource({"foreach", "fused", "for_loop"})
  void adamsStep(String implementation) {
    // Given
    String layers =
        IntStream.rangeClosed(1, 8)
            .mapToObj(
                i ->
                    """
                    {"name": "l%d", "type": "linear", "inputs": ["%s"], "in_features": 1024,
                     "out_features": 1024, "bias": false}\
                    """
                        .formatted(i, i == 1 ? "given" : "l" + (i - 1)))
            .collect(Collectors.joining(","));
    LayerConfig config =
        new WhatIf(null, null, "adam," + implementation, null, null)
            .applied(MeasuredOperators.config(layers, "float32", "8x1024"));
    // When
    long highest = highest(config, IterationPhase.OPTIMIZER_STEP, "");
    // Then
    assertThat(highest).isEqualTo(peak("\"Adam, " + implementation + '"', "float32"));
  }

  /// Bytes of blocks above what was held before the operator ran, at the most; what stays from step
  /// to step is not counted.
  ///
  /// @param judged how the names of its layers begin; none of the loss and the optimizer's step
  private static long highest(LayerConfig config, IterationPhase phase, String judged) {
    var network = (Network) config.description();
    AllocationEvents events = AllocationTrace.of(config, network).withKernelTemporaries().events();
    var own = new HashSet<Integer>();
    long live = 0;
    long highest = 0;
    for (int i = 0; i < events.size(); i++) {
      AllocatedStorage storage = events.storageAt(i);
      int layer = events.layerAt(i);
      String name = layer < 0 ? "" : network.layers().get(layer).name();
      boolean counts = judged.isEmpty() ? name.isEmpty() : name.startsWith(judged);
      if (events.phaseAt(i) != phase || !counts || storage.kept()) {
        continue;
      }
      long block = Math.ceilDiv(storage.bytes(), 512L) * 512;
      if (events.isAllocation(i)) {
        own.add(storage.id());
        live += block;
      } else if (own.remove(storage.id())) {
        live -= block;
      }
      highest = Math.max(highest, live);
    }
    return highest;
  }
}

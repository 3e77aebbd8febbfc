package dev.headroom.calibration.drift;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.headroom.budget.Budget;
import dev.headroom.budget.Prediction;
import dev.headroom.budget.Predictor;
import dev.headroom.budget.device.KnownOverheads;
import dev.headroom.calibration.Calibration;
import dev.headroom.calibration.GpuBlocks;
import dev.headroom.calibration.History;
import dev.headroom.calibration.JobKind;
import dev.headroom.calibration.MeasuredSize;
import dev.headroom.calibration.Prior;
import dev.headroom.memory.MemorySize;
import dev.headroom.network.LayerConfig;
import dev.headroom.wire.layerconfig.LayerConfigDecoder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Jobs that declare one run of a golden network and hold what PyTorch itself says of another.
class DriftExplainerTest {

  private static final Path GOLDEN = Path.of("src/test/resources/golden/networks");

  /// Of each family one, so that the test takes seconds.
  private static final List<String> NETWORKS =
      List.of("convnext_tiny", "mobilenet_v2", "resnet18", "resnet50", "swin_t", "vgg16");

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Predictor predictor = new Predictor(new KnownOverheads());
  private final Map<LayerConfig, Prediction> cache = new HashMap<>();
  private final Calibration calibration = new History(Prior.UNKNOWN_GPU).calibration();
  private final DriftExplainer explainer = new DriftExplainer(this::predicted, calibration);

  /// A golden run: what is declared, and what PyTorch holds.
  private record Run(LayerConfig config, JsonNode setup, long allocated, long reserved) {

    /// What is different about another run, if it is one thing.
    @Nullable DriftCause differenceTo(Run other) {
      List<DriftCause> causes = new ArrayList<>();
      if (config.setup().batchSize() != other.config.setup().batchSize()) {
        causes.add(DriftCause.BATCH_SIZE);
      }
      if (!config.setup().optimizer().equals(other.config.setup().optimizer())) {
        causes.add(DriftCause.OPTIMIZER);
      }
      if (!config.setup().precision().equals(other.config.setup().precision())) {
        causes.add(DriftCause.PRECISION);
      }
      if (!config.setup().checkpointing().equals(other.config.setup().checkpointing())) {
        causes.add(DriftCause.CHECKPOINTING);
      }
      if (config.setup().gradients().accumulationSteps()
          != other.config.setup().gradients().accumulationSteps()) {
        causes.add(DriftCause.GRADIENTS_KEPT);
      }
      if (config.setup().mode() != other.config.setup().mode()) {
        return null;
      }
      return causes.size() == 1 ? causes.getFirst() : null;
    }
  }

  @Test
  void namesTheCauseOfNineInTen() throws IOException {
    // Given
    Map<DriftCause, int[]> rates = new TreeMap<>();
    List<String> missed = new ArrayList<>();
    for (String network : NETWORKS) {
      List<Run> runs = runs(network);
      for (Run declared : runs) {
        for (Run held : runs) {
          DriftCause cause = declared.differenceTo(held);
          if (cause == null) {
            continue;
          }

          // When
          Map<MeasuredSize, MemorySize> measured = measured(held);
          if (!isDrifting(declared.config, measured)) {
            continue;
          }
          List<Explanation> found = explain(declared.config, measured);
          int[] rate = rates.computeIfAbsent(cause, _ -> new int[2]);
          rate[1]++;
          if (!found.isEmpty() && found.getFirst().cause() == cause) {
            rate[0]++;
          } else {
            missed.add("%s %s as %s: %s".formatted(network, held.setup, declared.setup, found));
          }
        }
      }
    }

    // Then
    rates.forEach(
        (cause, rate) -> System.out.printf("%s: %d of %d%n", cause.wireName(), rate[0], rate[1]));
    missed.stream().limit(60).forEach(System.out::println);
    assertThat(rates)
        .allSatisfy(
            (cause, rate) ->
                assertThat(10 * rate[0]).as(cause.wireName()).isGreaterThanOrEqualTo(9 * rate[1]));
  }

  /// What PyTorch holds where no kernel runs, and what a GPU adds.
  private Map<MeasuredSize, MemorySize> measured(Run held) {
    GpuBlocks more = GpuBlocks.of(held.config, (Budget) predicted(held.config));
    return Map.of(
        MeasuredSize.ALLOCATED, new MemorySize(held.allocated + more.allocated()),
        MeasuredSize.RESERVED, new MemorySize(held.reserved + more.reserved()));
  }

  private Prediction predicted(LayerConfig config) {
    return cache.computeIfAbsent(config, predictor::predict);
  }

  private boolean isDrifting(LayerConfig config, Map<MeasuredSize, MemorySize> measured) {
    return explainer.isDrifting(
        new JobKind("", config.framework(), config.model()), config, measured);
  }

  private List<Explanation> explain(LayerConfig config, Map<MeasuredSize, MemorySize> measured) {
    return explainer.explain(new JobKind("", config.framework(), config.model()), config, measured);
  }

  private static List<Run> runs(String network) throws IOException {
    JsonNode config = JSON.readTree(GOLDEN.resolve(network + ".layer-config.json").toFile());
    JsonNode figures = JSON.readTree(GOLDEN.resolve(network + ".pytorch.json").toFile());
    var runs = new ArrayList<Run>();
    for (JsonNode run : figures.path("runs")) {
      ObjectNode changed = config.deepCopy();
      changed.setAll((ObjectNode) run.path("setup"));
      runs.add(
          new Run(
              LayerConfigDecoder.read(changed.toString().getBytes(UTF_8)),
              run.path("setup"),
              run.path("replayed_allocated_peak_bytes").asLong(),
              run.path("reserved_peak_bytes").asLong()));
    }
    return runs;
  }
}

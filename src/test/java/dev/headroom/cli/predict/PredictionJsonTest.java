package dev.headroom.cli.predict;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.headroom.budget.Budget;
import dev.headroom.budget.Peak;
import dev.headroom.budget.Predictor;
import dev.headroom.budget.Unsupported;
import dev.headroom.budget.device.KnownOverheads;
import dev.headroom.budget.whatif.LargestBatch;
import dev.headroom.gpu.CudaDevice;
import dev.headroom.memory.Category;
import dev.headroom.network.LayerConfig;
import dev.headroom.network.setup.RunMode;
import dev.headroom.plan.GoldenConfigs;
import dev.headroom.wire.plan.GpuCatalogueReader;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class PredictionJsonTest {

  private static final LayerConfig RESNET = GoldenConfigs.of("resnet18");
  private static final Budget BUDGET = (Budget) new Predictor(new KnownOverheads()).predict(RESNET);
  private static final CudaDevice T4 = GpuCatalogueReader.own().device("T4").orElseThrow();

  @Test
  void everyFigureOfABudgetHasItsField() throws JsonProcessingException {
    JsonNode json = json(PredictionJson.line("f.json", RESNET, BUDGET));
    assertThat(json.path("file").asText()).isEqualTo("f.json");
    assertThat(json.path("job").asText()).isEqualTo(RESNET.job());
    assertThat(json.path("parameters").asLong()).isEqualTo(BUDGET.parameters());
    assertThat(json.path("parameter_bytes").asLong()).isEqualTo(BUDGET.parameterBytes().bytes());
    assertThat(json.path("buffer_bytes").asLong()).isEqualTo(BUDGET.bufferBytes().bytes());
    assertThat(json.path("gradient_bytes").asLong()).isEqualTo(BUDGET.gradientBytes().bytes());
    assertThat(json.path("optimizer_state_bytes").asLong())
        .isEqualTo(BUDGET.optimizerStateBytes().bytes());
    assertThat(json.path("saved_bytes").asLong()).isEqualTo(BUDGET.saved().bytes());
    assertThat(json.path("after_forward_bytes").asLong()).isEqualTo(BUDGET.afterForward().bytes());
    Peak peak = BUDGET.peak();
    JsonNode at = json.path("peak");
    assertThat(at.path("tensor_bytes").asLong()).isEqualTo(peak.tensor().bytes());
    assertThat(at.path("allocated_bytes").asLong()).isEqualTo(peak.allocated().bytes());
    assertThat(at.path("reserved_bytes").asLong()).isEqualTo(peak.reserved().bytes());
    assertThat(at.path("device_p50_bytes").asLong()).isEqualTo(peak.device().bytes());
    assertThat(at.path("device_p95_bytes").asLong()).isEqualTo(peak.deviceP95().bytes());
    assertThat(at.path("phase").asText()).isEqualTo(peak.phase().wireName());
    assertThat(at.path("layer").asText()).isEqualTo(peak.layer());
    for (Category category : Category.values()) {
      assertThat(json.path("categories").path(category.wireName()).asLong(-1))
          .isEqualTo(Objects.requireNonNull(BUDGET.categories().get(category)).bytes());
      assertThat(json.path("category_maxima").path(category.wireName()).asLong(-1))
          .isEqualTo(Objects.requireNonNull(BUDGET.categoryMaxima().get(category)).bytes());
    }
    assertThat(json.path("confidence").asText()).isEqualTo("exact");
    assertThat(json.path("reasons").isArray()).isTrue();
    LayerConfig evaluated = RESNET.withSetup(RESNET.setup().withMode(RunMode.INFERENCE));
    assertThat(json(PredictionJson.line("f", evaluated, BUDGET)).has("after_forward_bytes"))
        .isFalse();
  }

  @Test
  void withoutABudgetThereAreReasons() throws JsonProcessingException {
    JsonNode json = json(PredictionJson.line("f", RESNET, new Unsupported(List.of("one", "two"))));
    assertThat(json.has("parameters")).isFalse();
    assertThat(json.path("confidence").asText()).isEqualTo("unsupported");
    assertThat(json.path("reasons").get(1).asText()).isEqualTo("two");
  }

  @Test
  void theLargestBatchIsOfAGpu() throws JsonProcessingException {
    JsonNode fits = json(PredictionJson.line("f", RESNET, T4, new LargestBatch.Fits(77, BUDGET)));
    assertThat(fits.path("gpu").asText()).isEqualTo("T4");
    assertThat(fits.path("gpu_total_bytes").asLong()).isEqualTo(T4.model().total().bytes());
    assertThat(fits.path("gpu_usable_bytes").asLong()).isEqualTo(T4.usable().bytes());
    assertThat(fits.path("largest_batch").asInt()).isEqualTo(77);
    assertThat(fits.path("device_p50_bytes").asLong()).isEqualTo(BUDGET.peak().device().bytes());
    assertThat(fits.path("device_p95_bytes").asLong()).isEqualTo(BUDGET.peak().deviceP95().bytes());
    JsonNode none = json(PredictionJson.line("f", RESNET, T4, new LargestBatch.TooLarge(BUDGET)));
    assertThat(none.path("largest_batch").asInt(-1)).isZero();
    JsonNode unknown =
        json(
            PredictionJson.line(
                "f", RESNET, T4, new LargestBatch.None(new Unsupported(List.of("why")))));
    assertThat(unknown.has("largest_batch")).isFalse();
    assertThat(unknown.path("reasons").get(0).asText()).isEqualTo("why");
  }

  private static JsonNode json(String line) throws JsonProcessingException {
    assertThat(line).doesNotContain("\n");
    return new ObjectMapper().readTree(line);
  }
}

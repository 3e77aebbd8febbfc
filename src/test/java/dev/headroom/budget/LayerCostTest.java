package dev.headroom.budget;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.budget.device.KnownOverheads;
import dev.headroom.memory.MemorySize;
import dev.headroom.network.LayerConfig;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LayerCostTest {

  private final Predictor predictor = new Predictor(new KnownOverheads());

  @Test
  void isWhatOneLayerHoldsOfItsBatch() {
    // Given 32 images
    Map<String, LayerCost> costs =
        costs(GoldenReferences.config("resnet18")).stream()
            .collect(Collectors.toMap(LayerCost::name, cost -> cost));
    // Then conv1 has 64 · 3 · 7 · 7 weights, and 64 maps of 112²
    int batch = GoldenReferences.config("resnet18").setup().batchSize();
    LayerCost conv = requireNonNull(costs.get("conv1"));
    LayerCost fc = requireNonNull(costs.get("fc"));
    assertThat(conv.type()).isEqualTo("conv2d");
    assertThat(conv.parameters()).isEqualTo(new MemorySize(4 * 9408));
    assertThat(conv.output()).isEqualTo(new MemorySize(4L * batch * 64 * 112 * 112));
    assertThat(conv.saved()).isEqualTo(conv.output());
    assertThat(conv.confidence()).isEqualTo(Confidence.EXACT);
    assertThat(fc.parameters()).isEqualTo(new MemorySize(4 * 513_000));
    assertThat(fc.output()).isEqualTo(new MemorySize(4L * batch * 1000));
    assertThat(requireNonNull(costs.get("reshape")).output()).isEqualTo(MemorySize.ZERO);
  }

  @ParameterizedTest
  @ValueSource(strings = {"resnet18", "SplitNet", "StackNet", "frozen_vit_small"})
  void togetherTheyAreTheModelAndWhatIsSaved(String network) {
    // Given
    LayerConfig config = GoldenReferences.config(network);
    var budget = (Budget) predictor.predict(config);
    // Then: the batch is saved, but by no layer
    long parameters = sum(budget, LayerCost::parameters);
    long saved = sum(budget, LayerCost::saved);
    assertThat(parameters).isEqualTo(budget.parameterBytes().bytes());
    assertThat(budget.saved().bytes() - saved)
        .isBetween(0L, config.setup().batchSize() * 4L * 4 * 224 * 224);
    assertThat(budget.layers()).allMatch(it -> it.atPeak().compareTo(it.saved()) <= 0);
    assertThat(sum(budget, LayerCost::atPeak)).isLessThanOrEqualTo(saved).isPositive();
  }

  @Test
  void aLayerThatUsesAnothersParametersHasNone() {
    assertThat(costs(GoldenReferences.config("Gpt2Small")))
        .filteredOn(it -> it.name().equals("lm_head") || it.name().equals("head"))
        .allMatch(it -> it.parameters().equals(MemorySize.ZERO));
  }

  private static long sum(Budget budget, java.util.function.Function<LayerCost, MemorySize> part) {
    return budget.layers().stream().map(part).mapToLong(MemorySize::bytes).sum();
  }

  private List<LayerCost> costs(LayerConfig config) {
    return ((Budget) predictor.predict(config)).layers();
  }
}

package dev.headroom.api.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.budget.Budget;
import dev.headroom.budget.LayerCost;
import dev.headroom.budget.Predictor;
import dev.headroom.budget.device.KnownOverheads;
import dev.headroom.network.LayerConfig;
import dev.headroom.network.Undescribed;
import dev.headroom.plan.GoldenConfigs;
import java.util.List;
import org.junit.jupiter.api.Test;

class LayerGroupTest {

  private static final LayerConfig VIT = GoldenConfigs.of("vit_b_16");
  private static final Budget BUDGET = (Budget) new Predictor(new KnownOverheads()).predict(VIT);

  @Test
  void layersThatDifferInTheirNumbersAreAGroup() {
    // When
    List<LayerGroup> groups = LayerGroup.heaviest(VIT, BUDGET, 1000);

    // Then
    assertThat(groups)
        .extracting(LayerGroup::totalBytes)
        .isSortedAccordingTo((one, other) -> Long.compare(other, one));
    assertThat(groups)
        .allSatisfy(
            group -> {
              assertThat(group.eachBytes())
                  .isEqualTo(group.parameterBytes() + group.atPeakBytes())
                  .isPositive();
              assertThat(group.totalBytes()).isEqualTo(group.count() * group.eachBytes());
              assertThat(group.name().contains("*")).isEqualTo(group.count() > 1);
            });
    long all =
        BUDGET.layers().stream()
            .mapToLong(cost -> cost.parameters().plus(cost.atPeak()).bytes())
            .sum();
    assertThat(groups.stream().mapToLong(LayerGroup::totalBytes).sum()).isEqualTo(all);
    assertThat(LayerGroup.heaviest(VIT, BUDGET, 3)).isEqualTo(groups.subList(0, 3));
  }

  @Test
  void aFormulaEndsWithTheFigureOfTheBudget() {
    // Given
    LayerGroup mlp =
        LayerGroup.heaviest(VIT, BUDGET, 1000).stream()
            .filter(group -> group.type().equals("linear") && group.count() == 12)
            .findFirst()
            .orElseThrow();
    LayerCost first =
        BUDGET.layers().stream()
            .filter(cost -> cost.name().equals(mlp.first()))
            .findFirst()
            .orElseThrow();

    // Then
    assertThat(mlp.formulas()).hasSize(3);
    assertThat(mlp.formulas().get(0))
        .startsWith("parameters: (")
        .endsWith(" × 4 B (float32) = " + first.parameters());
    assertThat(mlp.formulas().get(1))
        .startsWith("result: " + VIT.setup().batchSize() + " samples × 197×")
        .endsWith(" × 4 B (float32) = " + first.output());
    assertThat(mlp.formulas().get(2)).startsWith("kept for the backward pass");
  }

  @Test
  void ofANetworkThatIsNotDescribedThereAreNoFormulas() {
    LayerConfig unseen = VIT.withDescription(new Undescribed("why"));
    assertThat(LayerGroup.heaviest(unseen, BUDGET, 5))
        .hasSize(5)
        .allSatisfy(group -> assertThat(group.formulas()).isEmpty());
  }
}

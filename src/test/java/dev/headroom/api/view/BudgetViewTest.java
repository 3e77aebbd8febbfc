package dev.headroom.api.view;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.budget.Budget;
import dev.headroom.budget.LayerCost;
import dev.headroom.budget.Unsupported;
import dev.headroom.ledger.SnapshotBuilder;
import dev.headroom.memory.Category;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class BudgetViewTest {

  private static final Budget BUDGET =
      (Budget) SnapshotBuilder.config("a", "m").registration().prediction();

  @Test
  void aBudgetHasEachOfItsFigures() {
    BudgetView view = BudgetView.of("a", "m", BUDGET);
    assertThat(view.job()).isEqualTo("a");
    assertThat(view.model()).isEqualTo("m");
    assertThat(view.confidence()).isEqualTo("exact");
    assertThat(view.parameters()).isEqualTo(25);
    assertThat(view.parameterBytes()).isEqualTo(100);
    assertThat(view.bufferBytes()).isEqualTo(10);
    assertThat(view.gradientBytes()).isEqualTo(400);
    assertThat(view.optimizerStateBytes()).isEqualTo(500);
    assertThat(view.savedBytes()).isEqualTo(600);
    assertThat(view.afterForwardBytes()).isEqualTo(1500);
    assertThat(view.peak()).isEqualTo(SizesView.Predicted.of(BUDGET.peak()));
    assertThat(view.categories()).hasSize(7).containsEntry("optimizer_state", 500L);
    assertThat(Objects.requireNonNull(view.categories()).keySet())
        .containsExactlyElementsOf(
            BUDGET.categories().keySet().stream().map(Category::wireName).toList());
    assertThat(view.categoryMaxima()).containsEntry("parameters", 100L);
    assertThat(view.layers())
        .extracting(LayerView::name)
        .containsExactlyElementsOf(BUDGET.layers().stream().map(LayerCost::name).toList());
  }

  @Test
  void withoutABudgetThereAreReasonsOnly() {
    BudgetView view = BudgetView.of("a", "m", new Unsupported(List.of("why")));
    assertThat(view.confidence()).isEqualTo("unsupported");
    assertThat(view.reasons()).containsExactly("why");
    assertThat(view)
        .extracting(
            BudgetView::parameters,
            BudgetView::savedBytes,
            BudgetView::peak,
            BudgetView::categories,
            BudgetView::layers)
        .containsOnlyNulls();
  }
}

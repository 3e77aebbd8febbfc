package dev.headroom.budget;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headroom.budget.device.DeviceOverhead.Beyond;
import dev.headroom.budget.iteration.AllocationTrace;
import dev.headroom.budget.iteration.IterationSizes;
import dev.headroom.budget.model.ModelSizes;
import dev.headroom.budget.trace.IterationPhase;
import dev.headroom.memory.Category;
import dev.headroom.memory.MemorySize;
import dev.headroom.network.LayerConfig;
import dev.headroom.network.Network;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BudgetTest {

  private static final Beyond BEYOND = new Beyond(new MemorySize(1000), new MemorySize(3000));

  @Test
  void isMadeOfATraceAReplayAndAnOverhead() {
    // Given
    LayerConfig config = GoldenReferences.config("resnet18");
    var trace = AllocationTrace.of(config, (Network) config.description());
    Replay replay = Replay.of(trace);
    // When
    Budget budget = Budget.of(trace, replay, (_, _) -> BEYOND);
    // Then
    Peak peak = budget.peak();
    assertThat(budget.parameters()).isEqualTo(11_689_512);
    assertThat(budget.parameterBytes()).isEqualTo(new MemorySize(4 * 11_689_512L));
    assertThat(budget.bufferBytes()).isEqualTo(trace.model().bufferBytes());
    assertThat(budget.gradientBytes()).isEqualTo(budget.parameterBytes());
    assertThat(budget.optimizerStateBytes()).isEqualTo(trace.sizes().optimizerState());
    assertThat(budget.saved()).isEqualTo(trace.sizes().saved());
    assertThat(budget.afterForward()).isEqualTo(trace.sizes().afterForward());
    assertThat(peak.reserved().bytes()).isEqualTo(replay.peaks().reserved());
    assertThat(peak.allocated().bytes()).isEqualTo(replay.peaks().allocated());
    assertThat(peak.device()).isEqualTo(peak.reserved().plus(BEYOND.median()));
    assertThat(peak.deviceP95()).isEqualTo(peak.reserved().plus(BEYOND.p95()));
    assertThat(peak.phase()).isEqualTo(replay.phase());
    assertThat(peak.layer()).isEqualTo(replay.layer());
    assertThat(peak.segments()).isEqualTo(replay.peaks().segments());
    assertThat(peak.inactiveSplit().bytes()).isEqualTo(replay.peaks().inactiveSplit());
    assertThat(peak.tensor()).isEqualTo(replay.tensors().sum());
    assertThat(budget.timeline()).isEqualTo(replay.timeline());
    assertThat(budget.layers()).hasSize(69);
    assertThat(budget.confidence()).isEqualTo(Confidence.EXACT);
    assertThat(budget.reasons()).isEmpty();
  }

  @Test
  void whatIsBesideTheTensorsIsOther() {
    // Given
    LayerConfig config = GoldenReferences.config("resnet18");
    var trace = AllocationTrace.of(config, (Network) config.description());
    Replay replay = Replay.of(trace);
    Budget budget = Budget.of(trace, replay, (_, _) -> BEYOND);
    long beside = budget.peak().device().bytes() - budget.peak().tensor().bytes();
    // Then
    for (Category category : Category.values()) {
      long more = category == Category.OTHER ? beside : 0;
      assertThat(requireNonNull(budget.categories().get(category)).bytes())
          .isEqualTo(requireNonNull(replay.tensors().atPeak().get(category)).bytes() + more);
      assertThat(requireNonNull(budget.categoryMaxima().get(category)).bytes())
          .isEqualTo(requireNonNull(replay.tensors().maxima().get(category)).bytes() + more);
    }
  }

  @Test
  void categoriesAddUpToTheDevicePeak() {
    assertThat(budget(5, 5).categories()).hasSize(7).containsEntry(Category.OTHER, size(5));
    assertThat(budget(5, 5).categoryMaxima()).hasSize(7).containsEntry(Category.OTHER, size(0));
    assertThatThrownBy(() -> budget(4, 5))
        .hasMessage("categories do not add up to the device peak: 4, 5");
  }

  private static Budget budget(long other, long device) {
    return new Budget(
        new ModelSizes(0, size(0), size(0)),
        IterationSizes.NONE,
        new Peak(
            size(0),
            size(0),
            size(0),
            size(device),
            size(device),
            IterationPhase.LOSS,
            "",
            0,
            size(0),
            KernelTemporaries.NONE),
        new Budget.Stack(Map.of(Category.OTHER, size(other)), Map.of()),
        List.of(),
        new MemoryTimeline(List.of()),
        Confidence.EXACT,
        List.of());
  }

  private static MemorySize size(long bytes) {
    return new MemorySize(bytes);
  }
}

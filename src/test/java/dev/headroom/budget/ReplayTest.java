package dev.headroom.budget;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.budget.iteration.AllocationTrace;
import dev.headroom.budget.trace.AllocatedStorage;
import dev.headroom.budget.trace.AllocationEvents;
import dev.headroom.budget.trace.IterationPhase;
import dev.headroom.memory.Category;
import dev.headroom.network.LayerConfig;
import dev.headroom.network.Network;
import dev.headroom.network.setup.RunMode;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReplayTest {

  @ParameterizedTest
  @ValueSource(
      strings = {"resnet18", "Gpt2Small", "SplitNet", "WideMlp", "Tied", "frozen_vit_small"})
  void thePeaksAreThoseOfPyTorch(String network) {
    PyTorchRuns.assertEqualFor(network);
  }

  @ParameterizedTest
  @ValueSource(strings = {"resnet18", "Gpt2Small", "SplitNet"})
  void theStoragesAtThePeakAreTheLargestSetOfTheStep(String network) {
    // Given every set of storages that is there in the first step, in blocks of 512 bytes
    AllocationTrace trace = trace(network, RunMode.TRAINING);
    AllocationEvents events = trace.events();
    long rounded = 0;
    long largest = -1;
    long tensors = 0;
    long live = 0;
    for (int i = 0; i < trace.firstStepEnd(); i++) {
      AllocatedStorage storage = events.storageAt(i);
      long sign = events.isAllocation(i) ? 1 : -1;
      rounded += sign * ((storage.bytes() + 511) / 512 * 512);
      live += sign * storage.bytes();
      if (i >= trace.setupEnd() && rounded > largest) {
        largest = rounded;
        tensors = live;
      }
    }
    // When
    Replay replay = Replay.of(trace);
    // Then: the optimizer's state, which the first step makes, is there from the start of later
    // ones
    long state = trace.sizes().optimizerState().bytes();
    assertThat(replay.tensors().sum().bytes()).isBetween(tensors, tensors + state);
    assertThat(replay.atPeak().stream().mapToLong(AllocatedStorage::bytes).sum())
        .isEqualTo(replay.tensors().sum().bytes());
    assertThat(replay.atPeak()).isSortedAccordingTo((a, b) -> Integer.compare(a.id(), b.id()));
    for (Category category : Category.values()) {
      long held =
          replay.atPeak().stream()
              .filter(it -> it.category() == category)
              .mapToLong(AllocatedStorage::bytes)
              .sum();
      assertThat(requireNonNull(replay.tensors().atPeak().get(category)).bytes()).isEqualTo(held);
      assertThat(requireNonNull(replay.tensors().maxima().get(category)).bytes())
          .isGreaterThanOrEqualTo(held);
    }
  }

  @Test
  void theTimelineGoesThroughTheLastStepLayerByLayer() {
    // When
    MemoryTimeline timeline = Replay.of(trace("resnet18", RunMode.TRAINING)).timeline();
    // Then
    assertThat(timeline.moments()).allMatch(it -> it.step() == 3 && it.bytes().size() == 7);
    assertThat(
            timeline.moments().stream()
                .map(MemoryTimeline.TimelinePoint::phase)
                .distinct()
                .collect(Collectors.toList()))
        .containsExactly(
            IterationPhase.FORWARD,
            IterationPhase.LOSS,
            IterationPhase.BACKWARD,
            IterationPhase.OPTIMIZER_STEP);
    assertThat(timeline.moments().getFirst().layer()).isIn("", "conv1");
    assertThat(timeline.moments())
        .allMatch(
            it ->
                it.bytes().stream().mapToLong(Long::longValue).sum() <= it.allocated()
                    && it.allocated() <= it.reserved());
  }

  @Test
  void inferenceIsRunTwice() {
    Replay replay = Replay.of(trace("resnet18", RunMode.INFERENCE));
    assertThat(replay.timeline().moments()).allMatch(it -> it.step() == 2);
    assertThat(replay.phase()).isEqualTo(IterationPhase.FORWARD);
    assertThat(replay.layer()).isNotEmpty();
  }

  @Test
  void segmentsGrowWhereTheJobSaysSo() {
    LayerConfig config = GoldenReferences.config("resnet18");
    LayerConfig expandable = config.withSetup(config.setup().withExpandableSegments(true));
    Replay fixed = Replay.of(AllocationTrace.of(config, (Network) config.description()));
    Replay grown = Replay.of(AllocationTrace.of(expandable, (Network) config.description()));
    assertThat(grown.peaks().segments()).isEqualTo(2).isLessThan(fixed.peaks().segments());
    assertThat(grown.peaks().reserved()).isLessThan(fixed.peaks().reserved());
    assertThat(grown.tensors()).isEqualTo(fixed.tensors());
  }

  private static AllocationTrace trace(String network, RunMode mode) {
    LayerConfig config = GoldenReferences.config(network);
    return AllocationTrace.of(
        config.withSetup(config.setup().withMode(mode)), (Network) config.description());
  }
}

package dev.headroom.budget.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.network.Layer;
import dev.headroom.network.operation.Linear;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class CheckpointedModulesTest {

  private static final List<Layer> LAYERS =
      Stream.of("stem", "h.0.a", "h.0.b", "h.1.a", "h.1.b", "h.10", "head", "h.0.c")
          .map(name -> Layer.of(name, List.of(), new Linear(1, 1, true)))
          .toList();

  @Test
  void eachCallOfAModuleIsASegment() {
    assertThat(ends("h.0", "h.1")).containsExactly(-1, 2, -1, 4, -1, -1, -1, 7);
    assertThat(ends("h")).containsExactly(-1, 5, -1, -1, -1, -1, -1, 7);
    assertThat(ends("head")).containsExactly(-1, -1, -1, -1, -1, -1, 6, -1);
  }

  @Test
  void ofNestedModulesTheOutermostCounts() {
    assertThat(ends("h.0.a", "h")).isEqualTo(ends("h"));
  }

  @Test
  void withoutModulesThereIsNone() {
    assertThat(ends()).containsOnly(-1).hasSize(LAYERS.size());
    assertThat(ends("he", "h.0.a.x")).containsOnly(-1);
  }

  @Test
  void namesModulesThatNobodyLiesIn() {
    assertThat(CheckpointedModules.unknown(LAYERS, List.of("h", "x", "h.1", "stem", "h.2", "he")))
        .containsExactly("x", "h.2", "he");
    assertThat(CheckpointedModules.unknown(LAYERS, List.of())).isEmpty();
  }

  private static int[] ends(String... modules) {
    return new CheckpointedModules(LAYERS, List.of(modules)).ends();
  }
}

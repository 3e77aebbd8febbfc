package dev.headroom.network.setup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headroom.network.setup.Parallelism.Strategy;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ParallelismTest {

  @Test
  void saysNoUnitsAndReshardsUnlessTold() {
    assertThat(new Parallelism(Strategy.FSDP, 8, true))
        .isEqualTo(new Parallelism(Strategy.FSDP, 8, true, List.of(), true, 25));
    assertThat(Parallelism.NONE).isEqualTo(new Parallelism(Strategy.NONE, 1, false));
    assertThat(Strategy.ZERO3.wireName()).isEqualTo("zero3");
  }

  @Test
  void hasARankAtLeast() {
    assertThatThrownBy(() -> new Parallelism(Strategy.DDP, 0, false))
        .hasMessage("parallelism.world_size < 1: 0");
  }

  @Test
  void keepsItsUnitsWhateverBecomesOfTheList() {
    // Given
    var wrapped = new ArrayList<>(List.of("h.0"));
    var parallelism = new Parallelism(Strategy.FSDP, 2, false, wrapped, false, 25);
    // When
    wrapped.clear();
    // Then
    assertThat(parallelism.wrapped()).containsExactly("h.0");
  }
}

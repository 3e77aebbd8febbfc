package dev.headroom.budget.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.network.Layer;
import dev.headroom.network.operation.Linear;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A call holds its arguments until it returns.
class ModuleCallsTest {

  private static final List<Layer> LAYERS =
      Stream.of("stem", "h.0.a", "h.0.b.x", "h.0.b.y", "h.1.a", "head")
          .map(name -> Layer.of(name, List.of(), new Linear(1, 1, true)))
          .toList();

  @ParameterizedTest
  @CsvSource({
    // what is made outside is held by the outermost call that takes it
    "0, 1, 4",
    "0, 3, 4",
    "0, 5, 5",
    // made within h.0: only h.0.b takes it
    "1, 2, 3",
    "1, 3, 3",
    // within h.0.b: by the layer's own call
    "2, 3, 3",
    "1, 4, 4",
    "4, 5, 5"
  })
  void theOutermostCallThatTookAValueReturns(int value, int layer, int returns) {
    assertThat(new ModuleCalls(LAYERS).returnOf(value, layer)).isEqualTo(returns);
  }

  @Test
  void aLayerThatReadsItselfReturnsAtOnce() {
    var calls = new ModuleCalls(LAYERS);
    for (int i = 0; i < LAYERS.size(); i++) {
      assertThat(calls.returnOf(i, i)).isEqualTo(i);
    }
  }
}

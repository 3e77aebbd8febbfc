package dev.headroom.network.setup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headroom.network.setup.Optimizer.Implementation;
import dev.headroom.network.setup.Optimizer.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OptimizerTest {

  @Test
  void anotherAlgorithmKeepsTheOptions() {
    // Given
    var optimizer = new Optimizer(Kind.SGD, 0.9, 0.01, true, true, true, Implementation.FUSED);
    // Then
    assertThat(optimizer.with(Kind.ADAM8BIT, Implementation.FOR_LOOP))
        .isEqualTo(
            new Optimizer(Kind.ADAM8BIT, 0.9, 0.01, true, true, true, Implementation.FOR_LOOP));
  }

  @Test
  void thePlainOneIsStochasticGradientDescentOverLists() {
    assertThat(Optimizer.SGD)
        .isEqualTo(new Optimizer(Kind.SGD, 0, 0, false, false, false, Implementation.FOREACH));
    assertThat(Kind.ADAM8BIT.wireName()).isEqualTo("adam8bit");
    assertThat(Implementation.FOR_LOOP.wireName()).isEqualTo("for_loop");
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.9, 1})
  void takesAMomentumOfAtMostOne(double momentum) {
    assertThat(new Optimizer(Kind.SGD, momentum, false, true, false, Implementation.FOREACH))
        .isEqualTo(
            new Optimizer(Kind.SGD, momentum, 0, false, true, false, Implementation.FOREACH));
  }

  @ParameterizedTest
  @ValueSource(doubles = {-0.1, 1.1, Double.NaN})
  void refusesAnotherMomentum(double momentum) {
    assertThatThrownBy(
            () -> new Optimizer(Kind.SGD, momentum, false, false, false, Implementation.FOREACH))
        .hasMessage("optimizer.momentum outside 0 to 1: " + momentum);
  }

  @ParameterizedTest
  @ValueSource(doubles = {-0.1, Double.POSITIVE_INFINITY, Double.NaN})
  void refusesAWeightDecayThatIsNone(double decay) {
    assertThatThrownBy(
            () -> new Optimizer(Kind.SGD, 0, decay, false, false, false, Implementation.FOREACH))
        .hasMessage("optimizer.weight_decay is none: " + decay);
  }
}

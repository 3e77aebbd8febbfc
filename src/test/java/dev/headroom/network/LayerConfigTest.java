package dev.headroom.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headroom.network.setup.Framework;
import dev.headroom.network.setup.Optimizer;
import dev.headroom.network.setup.TrainingSetup;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LayerConfigTest {

  private static final TrainingSetup SETUP = TrainingSetup.of(1, Optimizer.SGD);
  private static final Undescribed WHY = new Undescribed("why");

  @Test
  void oneChangeLeavesTheRest() {
    // Given
    LayerConfig config = config("j", "r");
    TrainingSetup other = SETUP.withBatchSize(2);
    // Then
    assertThat(config.withSetup(other))
        .isEqualTo(new LayerConfig("j", "r", "m", Framework.UNKNOWN, other, WHY));
    assertThat(config.withDescription(new Undescribed("x")))
        .isEqualTo(new LayerConfig("j", "r", "m", Framework.UNKNOWN, SETUP, new Undescribed("x")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a b", "é", "a/b"})
  void refusesNamesThatNoLabelCouldHave(String name) {
    assertThatThrownBy(() -> config(name, "r"))
        .hasMessage("job is not 1 to 128 of A-Za-z0-9._:-: " + name);
    assertThatThrownBy(() -> config("j", name))
        .hasMessage("run is not 1 to 128 of A-Za-z0-9._:-: " + name);
  }

  @Test
  void namesHaveAtMost128Characters() {
    assertThat(config("a".repeat(128), "A0._:-").run()).isEqualTo("A0._:-");
    assertThatThrownBy(() -> config("a".repeat(129), "r")).hasMessageStartingWith("job is not");
  }

  private static LayerConfig config(String job, String run) {
    return new LayerConfig(job, run, "m", Framework.UNKNOWN, SETUP, WHY);
  }
}

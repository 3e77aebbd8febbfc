package dev.headroom.network.setup;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FrameworkTest {

  @ParameterizedTest
  @ValueSource(strings = {"jax", "JAX", "jaxlib", "TensorFlow", "keras", "flax", "pytorch/xla"})
  void theseTakeMostOfADevice(String name) {
    assertThat(new Framework(name, "1", "13").preallocates()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "pytorch", "ajax", "xlabel", "tensorflows", "mxnet", "-", "ja x"})
  void theseTakeWhatTheyNeed(String name) {
    assertThat(new Framework(name, "1", "13").preallocates()).isFalse();
  }
}

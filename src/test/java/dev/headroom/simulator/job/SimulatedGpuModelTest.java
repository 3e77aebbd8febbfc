package dev.headroom.simulator.job;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SimulatedGpuModelTest {

  private static final long MIB = 1L << 20;

  @ParameterizedTest
  @CsvSource({
    "A100, NVIDIA A100-SXM4-40GB, a100, 40960, 1763, 1994, 2225",
    "V100, Tesla V100-SXM2-32GB, v100, 32768, 1041, 1340, 1639",
    "RTX_3090, NVIDIA GeForce RTX 3090, rtx3090, 24576, 1275, 1486, 1697"
  })
  void hasAProductAndARestBeyondTheAllocator(
      SimulatedGpuModel model,
      String product,
      String host,
      long total,
      long least,
      long middle,
      long most) {
    assertThat(model.product()).isEqualTo(product);
    assertThat(model.host()).isEqualTo(host);
    assertThat(model.total()).isEqualTo(total * MIB);
    assertThat(model.rest(0)).isEqualTo(least * MIB);
    assertThat(model.rest(0.5)).isEqualTo(middle * MIB);
    assertThat(model.rest(1)).isEqualTo(most * MIB);
  }
}

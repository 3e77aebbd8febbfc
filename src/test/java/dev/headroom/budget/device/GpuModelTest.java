package dev.headroom.budget.device;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.memory.MemorySize;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GpuModelTest {

  @ParameterizedTest
  @CsvSource({
    "A100-40GB, A100-40GB, 40960",
    "a100-40gb, A100-40GB, 40960",
    "NVIDIA A100-SXM4-80GB, A100-80GB, 81920",
    "NVIDIA H100 PCIe, H100, 81559",
    "H100-80GB, H100, 81559",
    "Tesla T4, T4, 15360",
    "NVIDIA GeForce RTX 4090, RTX4090, 24564",
    "24GiB, 24GiB, 24576",
    "Orin-32GB, Orin-32GB, 32768",
    "A100-60GB, A100-60GB, 61440",
    "500MiB, 500MiB, 500",
  })
  void knowsGpusByTheNamesThatPeopleAndTheDriverUse(String name, String known, long mebibytes) {
    // Then
    assertThat(GpuModel.of(name)).contains(new GpuModel(known, MemorySize.ofMebibytes(mebibytes)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"A100", "", "GB", "0GiB", "-5GB", "Voodoo2", "9999999GiB"})
  void doesNotGuess(String name) {
    // Then
    assertThat(GpuModel.of(name)).isEmpty();
  }
}

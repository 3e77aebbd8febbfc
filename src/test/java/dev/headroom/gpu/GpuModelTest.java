package dev.headroom.gpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headroom.memory.MemorySize;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GpuModelTest {

  @Test
  void aSizeIsUsableWhole() {
    var size = MemorySize.ofMebibytes(24 << 10);
    assertThat(GpuModel.ofSize("24GiB", size))
        .isEqualTo(
            new GpuModel("24GiB", size, size, "the size that was asked for", null, null, null));
    assertThat(GpuModel.ofSize("24GiB", size).geometry()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"32767, 32255", "32768, 31744", "81920, 80896", "513, 1", "512, 512", "5, 5"})
  void aDriverKeepsMoreOfALargeGpu(long total, long usable) {
    assertThat(GpuModel.usableOf(MemorySize.ofMebibytes(total)))
        .isEqualTo(MemorySize.ofMebibytes(usable));
  }

  @Test
  void refusesWhatIsNoGpu() {
    assertThat(gpu(10, 10, 0.0).pricePerHour()).isZero();
    assertThat(gpu(10, 1, null).usable().bytes()).isEqualTo(1);
    assertThatThrownBy(() -> gpu(10, 11, null)).hasMessage("x: usable is 0 or more than total");
    assertThatThrownBy(() -> gpu(10, 0, null)).hasMessage("x: usable is 0 or more than total");
    assertThatThrownBy(() -> gpu(10, 10, -1.0)).hasMessage("x: price_per_hour is no price: -1.0");
    assertThatThrownBy(() -> gpu(10, 10, 1e9)).hasMessageContaining("is no price");
    assertThatThrownBy(() -> gpu(10, 10, Double.NaN)).hasMessageContaining("is no price");
  }

  private static GpuModel gpu(long total, long usable, @Nullable Double price) {
    return new GpuModel(
        "x", new MemorySize(total), new MemorySize(usable), "said", null, null, price);
  }
}

package dev.headroom.plan.fit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.gpu.CudaDevice;
import dev.headroom.memory.MemorySize;
import dev.headroom.wire.plan.GpuCatalogueReader;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// KAI-Scheduler#2212: what the driver keeps of a GPU is for no job. A T4 has 15,360 MiB, and a
/// process 14,909 of them.
class FitTest {

  private static final CudaDevice T4 = GpuCatalogueReader.own().device("T4").orElseThrow();

  @ParameterizedTest
  @CsvSource({
    "14000, 14909, FITS_AT_P95",
    "14000, 14910, FITS_AT_P50",
    "14909, 15360, FITS_AT_P50",
    "14910, 15360, DOES_NOT_FIT"
  })
  void itIsAskedOfWhatAProcessCanHave(long p50, long p95, FitVerdict verdict) {
    // When
    Fit fit =
        Fit.of(
            T4,
            new Spread(MemorySize.ZERO, MemorySize.ofMebibytes(p50), MemorySize.ofMebibytes(p95)));

    // Then
    assertThat(fit.verdict()).isEqualTo(verdict);
    assertThat(fit.fits()).isEqualTo(verdict == FitVerdict.FITS_AT_P95);
    assertThat(fit.headroom()).isEqualTo((14_909 - p95) << 20);
    assertThat(fit.outOfMemory() > 0.5).isEqualTo(p50 > 14_909);
  }
}

package dev.headroom.budget.kernels;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.budget.kernels.ReductionStaging.Multiprocessors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReductionStagingTest {

  private static final Multiprocessors H100 = new Multiprocessors(132, 2048);

  /// Buffer and semaphores that an H100 requested: `docs/hardware`, sums of bias gradients.
  @ParameterizedTest
  @CsvSource({
    "6304, 3072, 138412032, 512", // vit_base_patch16_224 at batch 32
    "6304, 768, 38928384, 512",
    "6272, 768, 38535168, 512", // mixer_b16_224
    "8192, 4096, 138412032, 512", // linear
    "8192, 1024, 67108864, 512", // sum over tokens
    "1576, 3072, 39321600, 512", // vit_base_patch16_224 at batch 8
  })
  void sumsStageWhatAnH100Requested(long rows, long columns, long buffer, long semaphores) {
    assertThat(new ReductionStaging(rows, columns, 4).bytes(H100)).isEqualTo(buffer + semaphores);
  }

  /// Few rows are summed by one block; so many columns keep all multiprocessors busy.
  @ParameterizedTest
  @CsvSource({"32, 1000", "255, 4096", "1, 1", "8192, 4194304"})
  void nothingIsStagedWhereOneBlockSums(long rows, long columns) {
    assertThat(new ReductionStaging(rows, columns, 4).bytes(H100)).isZero();
  }

  @ParameterizedTest
  @CsvSource({"8192, 1023, 1", "8192, 1022, 2", "8192, 1020, 4"})
  void asManyColumnsAreReadAtOnceAsDivideThem(long rows, long columns, int vector) {
    long bytes = new ReductionStaging(rows, columns, 4).bytes(H100);
    assertThat(bytes / (4 * columns * 32 * vector)).isBetween(1L, 600L);
  }

  @Test
  void doublePrecisionStagesTwice() {
    long single = new ReductionStaging(8192, 4096, 4).bytes(H100) - 512;
    assertThat(new ReductionStaging(8192, 4096, 8).bytes(H100) - 512).isEqualTo(2 * single);
  }

  @Test
  void fewerMultiprocessorsStageLess() {
    long small = new ReductionStaging(8192, 4096, 4).bytes(Multiprocessors.A100);
    assertThat(small).isEqualTo(4L * 4096 * 54 * 128 + 512);
  }
}

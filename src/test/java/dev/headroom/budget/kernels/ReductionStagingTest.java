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

  /// By hand: of 1,023 columns a block reads 32 at once, of 1,022 twice as many, of 1,020 four
  // times.
  @ParameterizedTest
  @CsvSource({"1023, 32, 17", "1022, 64, 64", "1020, 128, 128"})
  void asManyColumnsAreReadAtOnceAsDivideThem(long columns, long across, long blocks) {
    assertThat(new ReductionStaging(8192, columns, 4).bytes(H100))
        .isEqualTo(Math.ceilDiv(4 * columns * blocks * across, 512L) * 512 + 512);
  }

  /// By hand: 32 columns are read by eight threads of four each, 16 rows at once.
  @Test
  void aBlockIsHigherWhereColumnsAreFew() {
    assertThat(new ReductionStaging(8192, 32, 4).bytes(H100)).isEqualTo(4 * 32 * 32 * 32 + 512);
  }

  /// By hand: four rows are summed at once, so 1,024 are the first of which a thread sums 256.
  @Test
  void aThreadThatSumsFewValuesStagesNothing() {
    assertThat(new ReductionStaging(1024, 1024, 4).bytes(H100))
        .isEqualTo(4 * 1024 * 16 * 128 + 512);
    assertThat(new ReductionStaging(1020, 1024, 4).bytes(H100)).isZero();
  }

  /// By hand: one multiprocessor runs 16 blocks of 128 threads, which read 128 columns each.
  @Test
  void blocksThatFillTheGpuStageNothing() {
    var one = new Multiprocessors(1, 2048);
    assertThat(new ReductionStaging(8192, 2048, 4).bytes(one)).isEqualTo(4 * 2048 * 8 * 128 + 512);
    assertThat(new ReductionStaging(8192, 2052, 4).bytes(one)).isZero();
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

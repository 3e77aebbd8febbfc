package dev.headroom.budget.kernels;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Requests of an H100's kernels are from `operators.csv` in `docs/hardware`: 8 samples of 16
// heads.
class AttentionBuffersTest {

  private static final int BLOCK = 512;

  private final AttentionBuffers measured = new AttentionBuffers(128, 1024, 64);

  @Test
  void flashSumsInSinglePrecision() {
    assertThat(measured.flash(0)).isEqualTo(524_288 + 33_554_432);
    assertThat(new AttentionBuffers(128, 256, 24).flash(0)).isEqualTo(131_072 + 4_194_304);
  }

  /// By hand: a head is counted in steps of 32 numbers, a wide one in steps of 64; queries in steps
  /// of 128.
  @ParameterizedTest
  @CsvSource({
    "128, 32, 32",
    "128, 33, 64",
    "128, 128, 128",
    "128, 129, 192",
    "128, 193, 256",
    "129, 32, 32",
    "1, 32, 32"
  })
  void flashPads(long queries, long headDim, long padded) {
    long places = queries > 128 ? 256 : 128;
    assertThat(new AttentionBuffers(4, queries, headDim).flash(0))
        .isEqualTo(4 * places * 4 + 4 * places * padded * 4);
  }

  /// Both gradients, of keys and of values, and each tensor that is put in order.
  @Test
  void flashAddsWhatItExpandsAndCopies() {
    long alone = measured.flash(0);
    assertThat(measured.flash(3 * BLOCK)).isEqualTo(alone + 6 * BLOCK);
    assertThat(measured.flash(0, 1, BLOCK + 1)).isEqualTo(alone + 3 * BLOCK);
  }

  @Test
  void efficientMultipliesFirstInSinglePrecision() {
    assertThat(measured.efficient(false))
        .containsExactly(33_554_432L + 524_288 + 524_288, 33_587_200L + 524_288);
    assertThat(measured.efficient(false, 1))
        .containsExactly(33_554_432L + 524_288 + 524_288 + BLOCK, 33_587_200L + 524_288 + BLOCK);
  }

  @Test
  void efficientMultipliesHalvesInItsKernel() {
    assertThat(measured.efficient(true)).containsExactly(33_587_200L + 524_288);
  }

  /// By hand, of 512 rows with one query each, whose sums take 2,048 bytes: a lock, a counter and
  /// padding before each tile of single precision.
  @ParameterizedTest
  @CsvSource({
    "1, 64, 64, 1",
    "64, 64, 64, 1",
    "65, 64, 64, 2",
    "1, 65, 128, 2",
    "128, 65, 128, 2",
    "129, 65, 128, 4",
    "1, 128, 128, 2",
    "1, 129, 128, 3"
  })
  void efficientSumsInTiles(long queries, long headDim, long height, long tiles) {
    long sums = 512 * queries * 4;
    assertThat(new AttentionBuffers(512, queries, headDim).efficient(true))
        .containsExactly(sums + 512 * tiles * (16 + height * 64 * 4));
  }

  @Test
  void cudnnHoldsOneWorkspace() {
    long requested = 34_078_976;
    assertThat(measured.cudnn()).isBetween(requested, requested + BLOCK - 1).isEqualTo(34_079_232);
  }
}

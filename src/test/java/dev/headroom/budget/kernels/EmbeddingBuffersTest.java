package dev.headroom.budget.kernels;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class EmbeddingBuffersTest {

  /// Requests of an H100, as `operators.csv` in `docs/hardware` has them, in blocks of 512 bytes;
  /// two of them depend on which indices are drawn, and are at their bound here.
  @Test
  void sortsItsIndices() {
    long indices = 65_536;
    long counters = 512;
    long places = 72_192; // (8,192 / 10 + 8,192) · 8 bytes
    long sums = 36_909_056; // (8,192 / 10 + 8,192) rows of 1,024 numbers
    assertThat(EmbeddingBuffers.bytes(8192, 32_000, 4096))
        .isEqualTo(5 * indices + 2 * counters + places + sums);
  }

  @Test
  void aSmallTableHasFewerParts() {
    // 409 tens and 100 rows
    assertThat(EmbeddingBuffers.bytes(4096, 100, 512))
        .isEqualTo(5 * 32_768 + 2 * 512 + 4096 + 509 * 512);
  }

  @Test
  void fewIndicesAreNotSorted() {
    assertThat(EmbeddingBuffers.bytes(3072, 32_000, 4096)).isZero();
    assertThat(EmbeddingBuffers.bytes(3073, 32_000, 4096)).isPositive();
  }
}

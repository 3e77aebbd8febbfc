package dev.headroom.ledger.state;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.memory.MemorySize;
import dev.headroom.sample.MemorySample;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class MemoryPeaksTest {

  @Test
  void eachSizeRisesByItself() {
    MemoryPeaks peaks = MemoryPeaks.NONE.with(sizes(10L, null, 30L));
    assertThat(peaks).isEqualTo(peaks(10L, null, 30L));
    assertThat(peaks.with(sizes(9L, 20L, 31L))).isEqualTo(peaks(10L, 20L, 31L));
    assertThat(peaks.with(sizes(11L, null, null))).isEqualTo(peaks(11L, null, 30L));
    assertThat(peaks.with(peaks(12L, 5L, 1L))).isEqualTo(peaks(12L, 5L, 30L));
  }

  @Test
  void whatDoesNotExceedThemLeavesThemAsTheyAre() {
    MemoryPeaks peaks = peaks(10L, 20L, 30L);
    assertThat(peaks.with(sizes(10L, 20L, 30L))).isSameAs(peaks);
    assertThat(peaks.areExceededBy(sizes(10L, 20L, 30L))).isFalse();
    assertThat(peaks.areExceededBy(sizes(11L, null, null))).isTrue();
    assertThat(peaks.areExceededBy(sizes(null, 21L, null))).isTrue();
    assertThat(peaks.areExceededBy(sizes(null, null, 31L))).isTrue();
    assertThat(peaks.areExceededBy(sizes(null, null, null))).isFalse();
    assertThat(MemoryPeaks.NONE.areExceededBy(sizes(0L, null, null))).isTrue();
  }

  @Test
  void whatWasNeverMeasuredIsNotZero() {
    assertThat(MemoryPeaks.NONE.allocated()).isNull();
    assertThat(MemoryPeaks.NONE.reserved()).isNull();
    assertThat(MemoryPeaks.NONE.process()).isNull();
    assertThat(peaks(0L, 1L, 2L).allocated()).isEqualTo(MemorySize.ZERO);
    assertThat(peaks(0L, 1L, 2L).reserved()).isEqualTo(new MemorySize(1));
    assertThat(peaks(0L, 1L, 2L).process()).isEqualTo(new MemorySize(2));
  }

  @Test
  void equalsAreEqualInEachSize() {
    assertThat(peaks(1L, 2L, 3L)).hasSameHashCodeAs(peaks(1L, 2L, 3L));
    assertThat(peaks(1L, 2L, 3L).hashCode()).isNotEqualTo(peaks(3L, 2L, 1L).hashCode());
    assertThat(peaks(1L, 2L, 3L))
        .isNotEqualTo(peaks(9L, 2L, 3L))
        .isNotEqualTo(peaks(1L, 9L, 3L))
        .isNotEqualTo(peaks(1L, 2L, 9L))
        .hasToString("allocated 1 B, reserved 2 B, process 3 B");
  }

  private static MemorySample.Sizes sizes(
      @Nullable Long allocated, @Nullable Long reserved, @Nullable Long process) {
    return new MemorySample.Sizes(size(process), null, null, size(allocated), size(reserved));
  }

  private static MemoryPeaks peaks(
      @Nullable Long allocated, @Nullable Long reserved, @Nullable Long process) {
    return new MemoryPeaks(size(allocated), size(reserved), size(process));
  }

  private static @Nullable MemorySize size(@Nullable Long bytes) {
    return bytes == null ? null : new MemorySize(bytes);
  }
}

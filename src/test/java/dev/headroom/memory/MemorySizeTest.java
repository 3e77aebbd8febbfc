package dev.headroom.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MemorySizeTest {

  @Test
  void computesExactlyOrNotAtAll() {
    assertThat(size(3).plus(size(4))).isEqualTo(size(7));
    assertThat(size(3).times(4)).isEqualTo(size(12));
    assertThat(size(7).minusOrZero(size(3))).isEqualTo(size(4));
    assertThat(size(3).minusOrZero(size(7))).isEqualTo(MemorySize.ZERO);
    assertThat(MemorySize.ofMebibytes(3)).isEqualTo(size(3_145_728));
    assertThatThrownBy(() -> size(Long.MAX_VALUE).plus(size(1)))
        .isInstanceOf(ArithmeticException.class);
    assertThatThrownBy(() -> size(1L << 62).times(2)).isInstanceOf(ArithmeticException.class);
    assertThatThrownBy(() -> MemorySize.ofMebibytes(1L << 43))
        .isInstanceOf(ArithmeticException.class);
  }

  @Test
  void isNeverNegative() {
    assertThat(size(0)).isEqualTo(MemorySize.ZERO);
    assertThatThrownBy(() -> size(-1)).hasMessage("bytes < 0: -1");
  }

  @Test
  void isOrderedByItsBytes() {
    assertThat(size(2)).isGreaterThan(size(1)).isLessThan(size(3)).isEqualByComparingTo(size(2));
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0 B",
    "1023, 1023 B",
    "1024, 1.00 KiB",
    "1610612736, 1.50 GiB",
    "1048576, 1.00 MiB",
    "1099511627776, 1.00 TiB",
    "9223372036854775807, 8.00 EiB"
  })
  void isReadInBinaryUnits(long bytes, String text) {
    assertThat(size(bytes)).hasToString(text);
  }

  private static MemorySize size(long bytes) {
    return new MemorySize(bytes);
  }
}

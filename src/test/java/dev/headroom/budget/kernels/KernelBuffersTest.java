package dev.headroom.budget.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headroom.budget.autograd.Layout;
import dev.headroom.network.tensor.DType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KernelBuffersTest {

  @Test
  void eachTakesWholeBlocks() {
    assertThat(KernelBuffers.together()).isZero();
    assertThat(KernelBuffers.together(0)).isZero();
    assertThat(KernelBuffers.together(1, 512, 513)).isEqualTo(512 + 512 + 1024);
  }

  @Test
  void moreThanALongCountsIsAnError() {
    assertThatThrownBy(() -> KernelBuffers.together(Long.MAX_VALUE))
        .isInstanceOf(ArithmeticException.class);
    assertThatThrownBy(() -> KernelBuffers.together(Long.MAX_VALUE - 511, 512))
        .isInstanceOf(ArithmeticException.class);
  }

  @ParameterizedTest
  @CsvSource({"0, 128, 0", "1, 128, 128", "128, 128, 128", "129, 128, 256", "5, 1, 5"})
  void roundsUp(long number, long multiple, long expected) {
    assertThat(KernelBuffers.roundedUp(number, multiple)).isEqualTo(expected);
  }

  /// All copies at once, and none of what lies in order.
  @Test
  void putsInOrderWhatDoesNotLieSo() {
    var kernel = new KernelPass();
    KernelBuffers.putInOrder(
        kernel.pass,
        kernel.constant(1000, DType.FLOAT32, Layout.PERMUTED),
        kernel.constant(1000, DType.FLOAT32, Layout.CONTIGUOUS),
        kernel.constant(1000, DType.BFLOAT16, Layout.PART));
    assertThat(kernel.taken()).containsExactly(4096L + 2048L);
  }

  @Test
  void nothingIsTakenWhereAllLiesInOrder() {
    var kernel = new KernelPass();
    KernelBuffers.putInOrder(kernel.pass, kernel.constant(1000, DType.FLOAT32, Layout.CONTIGUOUS));
    assertThat(kernel.taken()).isEmpty();
  }
}

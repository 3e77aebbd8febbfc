package dev.headroom.budget.kernels;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.budget.autograd.GraphNode;
import dev.headroom.budget.autograd.Layout;
import dev.headroom.budget.autograd.Tensor;
import dev.headroom.network.operation.Attention.Backend;
import dev.headroom.network.tensor.DType;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class AttentionBackwardTest {

  private static final long ELEMENTS = 8L * 16 * 1024 * 64;

  /// Bytes of the gradient in half precision.
  private static final long WHOLE = 2 * ELEMENTS;

  private final AttentionBuffers buffers = new AttentionBuffers(128, 1024, 64);
  private final KernelPass kernel = new KernelPass();

  /// Runs it for q and v that are trained and k that is not.
  private @Nullable Tensor[] run(AttentionBackward backward, DType dtype, Layout gradient) {
    GraphNode node =
        kernel.node(
            backward,
            kernel.trained(ELEMENTS, dtype),
            kernel.constant(ELEMENTS, dtype, Layout.CONTIGUOUS),
            kernel.trained(ELEMENTS, dtype));
    return backward.run(kernel.pass, node, kernel.constant(ELEMENTS, dtype, gradient));
  }

  private AttentionBackward of(Backend backend) {
    return new AttentionBackward(backend, buffers, 0, false, false);
  }

  @ParameterizedTest
  @EnumSource
  void makesGradientsOfWhatIsTrained(Backend backend) {
    // When
    @Nullable Tensor[] gradients = run(of(backend), DType.BFLOAT16, Layout.PERMUTED);
    // Then
    assertThat(gradients).hasSize(3);
    assertThat(gradients[1]).isNull();
    boolean headsLast = backend == Backend.FLASH || backend == Backend.EFFICIENT;
    for (int i : new int[] {0, 2}) {
      Tensor gradient = Objects.requireNonNull(gradients[i]);
      assertThat(gradient.elements).isEqualTo(ELEMENTS);
      assertThat(gradient.dtype).isEqualTo(DType.BFLOAT16);
      assertThat(gradient.layout).isEqualTo(headsLast ? Layout.PERMUTED : Layout.CONTIGUOUS);
    }
  }

  @Test
  void mathTakesNothingForItself() {
    run(of(Backend.MATH), DType.FLOAT32, Layout.CONTIGUOUS);
    assertThat(kernel.taken()).isEmpty();
  }

  @Test
  void cudnnTakesItsWorkspace() {
    run(of(Backend.CUDNN), DType.BFLOAT16, Layout.CONTIGUOUS);
    assertThat(kernel.taken()).containsExactly(buffers.cudnn());
  }

  @ParameterizedTest
  @EnumSource(
      value = DType.class,
      names = {"FLOAT32", "BFLOAT16", "FLOAT16"})
  void efficientAttentionTakesItsMoments(DType dtype) {
    run(of(Backend.EFFICIENT), dtype, Layout.PERMUTED);
    assertThat(kernel.taken()).isEqualTo(buffers.efficient(dtype != DType.FLOAT32));
  }

  /// A gradient that does not lie as batch, length, heads is put in order, and so is one out of a
  /// sequence that has the batch second. Flash attention copies its result as well, if q lay
  /// otherwise.
  @ParameterizedTest
  @CsvSource({
    "PERMUTED,   false, false, 0, 0",
    "CONTIGUOUS, false, false, 1, 0",
    "PERMUTED,   true,  false, 1, 0",
    "CONTIGUOUS, true,  false, 1, 0",
    "PERMUTED,   false, true,  0, 1",
    "PART,       false, true,  1, 1"
  })
  void copiesWhatLiesOtherwise(
      Layout layout, boolean joined, boolean elsewise, int gradients, int results) {
    // When
    run(
        new AttentionBackward(Backend.FLASH, buffers, 512, elsewise, joined),
        DType.BFLOAT16,
        layout);
    run(
        new AttentionBackward(Backend.EFFICIENT, buffers, 512, elsewise, joined),
        DType.BFLOAT16,
        layout);
    // Then
    assertThat(kernel.taken())
        .isEqualTo(
            List.of(
                buffers.flash(512) + (gradients + results) * WHOLE,
                buffers.efficient(true, gradients * WHOLE).getFirst()));
  }
}

package dev.headroom.budget.operators;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.network.operation.View;
import dev.headroom.network.tensor.TensorShape;
import org.junit.jupiter.api.Test;

class ViewShapesTest {

  private static final TensorShape TOKENS = TensorShape.of(196, 768);

  @Test
  void headsAreJoinedByAViewThatHasNoneLeft() {
    assertThat(ViewShapes.joinsHeads(View.Kind.RESHAPE, TensorShape.of(1, 2, 3, 4))).isTrue();
    assertThat(ViewShapes.joinsHeads(View.Kind.FLATTEN, TOKENS)).isTrue();
    assertThat(ViewShapes.joinsHeads(View.Kind.PERMUTE, TensorShape.of(1, 2, 3))).isTrue();
    assertThat(ViewShapes.joinsHeads(View.Kind.PERMUTE, TensorShape.of(1, 2, 3, 4))).isFalse();
    assertThat(ViewShapes.joinsHeads(View.Kind.SLICE, TOKENS)).isFalse();
  }

  @Test
  void dimensionsOfOneMoveNothing() {
    assertThat(ViewShapes.movesOnlyOnes(TensorShape.of(1, 8, 9), TensorShape.of(8, 1, 9))).isTrue();
    assertThat(ViewShapes.movesOnlyOnes(TOKENS, TOKENS)).isFalse();
    assertThat(ViewShapes.movesOnlyOnes(TensorShape.of(1, 8, 9), TensorShape.of(9, 1, 8)))
        .isFalse();
    assertThat(ViewShapes.movesOnlyOnes(TensorShape.of(1, 8, 9), TensorShape.of(8, 9))).isFalse();
    assertThat(ViewShapes.movesOnlyOnes(TensorShape.of(1, 8), TensorShape.of(8))).isTrue();
  }

  @Test
  void aDimensionIsTakenApartWhereMorePartsComeOut() {
    assertThat(ViewShapes.splits(TOKENS, TensorShape.of(12, 196, 64))).isTrue();
    assertThat(ViewShapes.splits(TensorShape.of(12, 196, 64), TOKENS)).isFalse();
    assertThat(ViewShapes.splits(TOKENS, TOKENS)).isTrue();
    assertThat(ViewShapes.splits(TOKENS, TensorShape.of(1, 196, 768))).isFalse();
    assertThat(ViewShapes.splits(TOKENS, TensorShape.of(196, 768, 2))).isFalse();
  }

  @Test
  void partsMayMoveAsOneOrStay() {
    // 768 = 12 × 64 before 196, behind it, or on both sides of it
    TensorShape before = TensorShape.of(12, 64, 196);
    TensorShape behind = TensorShape.of(196, 12, 64);
    TensorShape around = TensorShape.of(12, 196, 64);
    assertThat(ViewShapes.movesAsOne(TOKENS, before)).isTrue();
    assertThat(ViewShapes.movesAsOne(TOKENS, behind)).isFalse();
    assertThat(ViewShapes.movesAsOne(TOKENS, around)).isFalse();
    assertThat(ViewShapes.keepsOrder(TOKENS, behind)).isTrue();
    assertThat(ViewShapes.keepsOrder(TOKENS, before)).isFalse();
    assertThat(ViewShapes.keepsOrder(TOKENS, around)).isFalse();
    assertThat(ViewShapes.keepsOrder(TOKENS, TOKENS)).isFalse();
    assertThat(ViewShapes.movesAsOne(TensorShape.of(6, 35), TensorShape.of(2, 3, 5, 7))).isFalse();
  }
}

package dev.headroom.network.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collections;
import org.junit.jupiter.api.Test;

class TensorShapeTest {

  private static final TensorShape SHAPE = TensorShape.of(3, 224, 112);

  @Test
  void countsFromBothEnds() {
    assertThat(SHAPE.rank()).isEqualTo(3);
    assertThat(SHAPE.extent(0)).isEqualTo(3);
    assertThat(SHAPE.extent(2)).isEqualTo(112);
    assertThat(SHAPE.extent(-1)).isEqualTo(112);
    assertThat(SHAPE.extent(-3)).isEqualTo(3);
    assertThatThrownBy(() -> SHAPE.extent(3)).hasMessage("shape [3, 224, 112] has no dimension 3");
    assertThatThrownBy(() -> SHAPE.extent(-4))
        .hasMessage("shape [3, 224, 112] has no dimension -4");
  }

  @Test
  void replacesOneExtent() {
    assertThat(SHAPE.with(0, 64)).isEqualTo(TensorShape.of(64, 224, 112));
    assertThat(SHAPE.with(-1, 1)).isEqualTo(TensorShape.of(3, 224, 1));
    assertThatThrownBy(() -> SHAPE.with(3, 1)).hasMessageContaining("has no dimension 3");
  }

  @Test
  void itsElementsAreTheProduct() {
    assertThat(SHAPE.elements()).isEqualTo(3 * 224 * 112);
    assertThat(TensorShape.of().elements()).isEqualTo(1);
    assertThat(TensorShape.of(5, 0).elements()).isZero();
    assertThat(SHAPE).hasToString("[3, 224, 112]");
  }

  @Test
  void refusesWhatNoTensorHas() {
    assertThatThrownBy(() -> TensorShape.of(2, -1))
        .hasMessage("shape has a negative extent: [2, -1]");
    assertThatThrownBy(() -> TensorShape.of(1L << 32, 1L << 31))
        .hasMessageStartingWith("shape has too many elements");
    assertThat(new TensorShape(Collections.nCopies(64, 1L)).rank()).isEqualTo(64);
    assertThatThrownBy(() -> new TensorShape(Collections.nCopies(65, 1L)))
        .hasMessage("shape has more than 64 dimensions: 65");
  }
}

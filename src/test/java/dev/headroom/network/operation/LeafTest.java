package dev.headroom.network.operation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.network.tensor.DType;
import dev.headroom.network.tensor.Input;
import dev.headroom.network.tensor.TensorShape;
import org.junit.jupiter.api.Test;

/// A tensor without inputs, that no batch makes larger.
class LeafTest extends OperationContract {

  @Override
  String accepted() {
    return """
        parameter {"shape": [3, 8]} | | =3x8 | 3x8
        buffer {"shape": [4]} | | =4 | | 4
        constant {"shape": [5]} | | =5
        """;
  }

  @Override
  String refused() {
    return """
        parameter {"shape": [3]} | 3 | inputs > 0: 1
        buffer {} | | shape
        constant {"shape": [-1]} | | shape
        """;
  }

  @Test
  void aBufferHasTheFormatOfItsLayer() {
    assertThat(new Leaf(Leaf.Kind.BUFFER, TensorShape.of(2), DType.INT64).buffers())
        .containsExactly(new Input("buffer", TensorShape.of(2), DType.INT64));
  }
}

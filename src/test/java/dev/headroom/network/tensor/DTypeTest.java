package dev.headroom.network.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DTypeTest {

  @ParameterizedTest
  @CsvSource({
    "float64, 8, true, false",
    "float32, 4, true, false",
    "float16, 2, true, true",
    "bfloat16, 2, true, true",
    "int64, 8, false, false",
    "int32, 4, false, false",
    "int16, 2, false, false",
    "int8, 1, false, false",
    "uint8, 1, false, false",
    "bool, 1, false, false"
  })
  void hasTheSizeThatPyTorchGivesIt(String name, int bytes, boolean floating, boolean half) {
    DType type = DType.of(name);
    assertThat(type.wireName()).isEqualTo(name);
    assertThat(type.bytes()).isEqualTo(bytes);
    assertThat(type.isFloating()).isEqualTo(floating);
    assertThat(type.isHalf()).isEqualTo(half);
  }

  @Test
  void refusesOthers() {
    assertThatThrownBy(() -> DType.of("complex64")).hasMessage("dtype unknown: complex64");
  }
}

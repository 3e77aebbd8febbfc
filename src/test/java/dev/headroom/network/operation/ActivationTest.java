package dev.headroom.network.operation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A function of each element: the shape stays, and nothing belongs to it.
class ActivationTest extends OperationContract {

  @Override
  String accepted() {
    return """
        relu {} | 3x8 | 3x8
        relu {"inplace": true} | 3x8 | 3x8
        gelu {"inplace": false} | =4 | =4
        leaky_relu {"inplace": true} | . | .
        softplus {} | 5 | 5
        """;
  }

  @Override
  String refused() {
    return """
        relu {"inplace": 1} | 3 | layer it: inplace is neither true nor false
        relu {} | 3 4 | layer it: inputs > 1: 2
        relu {} | | layer it: inputs < 1: 0
        """;
  }

  @ParameterizedTest
  @CsvSource({
    "relu, true, true",
    "sigmoid, true, true",
    "tanh, true, true",
    "leaky_relu, false, true",
    "elu, false, true",
    "relu6, false, false",
    "hardtanh, false, false",
    "silu, false, false",
    "gelu, false, false",
    "mish, false, false",
    "hardswish, false, false",
    "hardsigmoid, false, false",
    "softplus, false, false"
  })
  void savesItsResultWhereTheDerivativeNeedsThat(String kind, boolean apart, boolean inPlace) {
    Activation.Kind it = Activation.Kind.valueOf(kind.toUpperCase(Locale.ROOT));
    assertThat(it.wireName()).isEqualTo(kind);
    assertThat(it.savesResult(false)).isEqualTo(apart);
    assertThat(it.savesResult(true)).isEqualTo(inPlace);
  }
}

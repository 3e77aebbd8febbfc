package dev.headroom.network.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headroom.network.tensor.Polynomial.Term;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Extents that follow those of the inputs.
class PolynomialTest {

  private static final Map<String, Long> EXTENTS = Map.of("h", 12L, "w", 10L);

  @Test
  void isTheSumOfItsTerms() {
    // h·w/4 + 3·h + 1
    var polynomial =
        new Polynomial(
            List.of(
                new Term(List.of("h", "w"), 1, 4),
                new Term(List.of("h"), 3, 1),
                new Term(List.of(), 1, 1)));
    assertThat(polynomial.value(EXTENTS)).isEqualTo(30 + 36 + 1);
    assertThat(new Polynomial(List.of()).value(EXTENTS)).isZero();
    assertThat(of(new Term(List.of("h", "h"), 1, 1))).isEqualTo(144);
    assertThat(of(new Term(List.of("h"), 0, 1))).isZero();
  }

  @Test
  void fractionsCountTogether() {
    // 12/8 + 10/4 is 4, though neither part is whole
    var polynomial =
        new Polynomial(List.of(new Term(List.of("h"), 1, 8), new Term(List.of("w"), 1, 4)));
    assertThat(polynomial.value(EXTENTS)).isEqualTo(4);
  }

  @Test
  void refusesWhatIsNoExtent() {
    assertThatThrownBy(() -> of(new Term(List.of("h"), 1, 5))).hasMessage("12 / 5 is no extent");
    assertThatThrownBy(() -> of(new Term(List.of("h"), -1, 1))).hasMessage("-12 / 1 is no extent");
    assertThatThrownBy(() -> of(new Term(List.of("d"), 1, 1)))
        .hasMessage("no input has an extent of that name: d");
    assertThatThrownBy(() -> new Term(List.of("h"), 1, 0)).hasMessage("over < 1: 0");
    assertThatThrownBy(() -> of(new Term(List.of("h"), Long.MAX_VALUE, 1)))
        .isInstanceOf(ArithmeticException.class);
  }

  private static long of(Term term) {
    return new Polynomial(List.of(term)).value(EXTENTS);
  }
}

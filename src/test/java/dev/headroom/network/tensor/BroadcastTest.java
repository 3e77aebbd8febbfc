package dev.headroom.network.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The shape in which two values meet, as NumPy and PyTorch say it; `=` does not grow with the
/// batch.
class BroadcastTest {

  @ParameterizedTest
  @CsvSource({
    "3x8, 3x8, 3x8",
    "3x8, 8, 3x8",
    "8, 3x8, 3x8",
    "3x1, 1x8, 3x8",
    "=3x1, =1x8, =3x8",
    "3x8, =8, 3x8",
    "=3x8, 3x1, 3x8",
    "3x8, =1x3x8, 3x8",
    "=1x8, 8, 8",
    // Where the batch is folded into an extent, elements that divide each other are enough.
    "6x8, 4, 6x8",
    "4, 6x8, 6x8",
    "3x8, =4x3x8, 3x8",
    "3x8, =1x1x3x8, 3x8"
  })
  void isTheSameEitherWay(String a, String b, String meet) {
    assertThat(Broadcast.of(value(a), value(b))).isEqualTo(value(meet));
    assertThat(Broadcast.of(value(b), value(a))).isEqualTo(value(meet));
  }

  @ParameterizedTest
  @CsvSource({"3x8, 7", "=5, =3", "3x8, =7", "2x3, =1x5x3"})
  void refusesWhatDoesNotMeet(String a, String b) {
    assertThatThrownBy(() -> Broadcast.of(value(a), value(b)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("do not broadcast");
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void takesTheLargerOfEachExtentWhereOneIsOne(long seed) {
    // Given
    var random = new Random(seed);
    for (int i = 0; i < 1_000; i++) {
      var a = new ArrayList<Long>();
      var b = new ArrayList<Long>();
      var meet = new ArrayList<Long>();
      for (int d = 0; d < 1 + random.nextInt(4); d++) {
        long extent = 2L + random.nextInt(5);
        int ones = random.nextInt(3);
        a.add(ones == 0 ? 1 : extent);
        b.add(ones == 1 ? 1 : extent);
        meet.add(extent);
      }
      // Then
      assertThat(Broadcast.of(batched(a), batched(b))).isEqualTo(batched(meet));
    }
  }

  private static Value batched(List<Long> extents) {
    return Value.batched(new TensorShape(extents));
  }

  private static Value value(String text) {
    List<Long> extents =
        Arrays.stream(text.replace("=", "").split("x")).map(Long::valueOf).toList();
    return new Value(new TensorShape(extents), !text.startsWith("="));
  }
}

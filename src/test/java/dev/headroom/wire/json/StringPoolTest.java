package dev.headroom.wire.json;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StringPoolTest {

  @Test
  void equalNamesAreTheSameString() {
    // Given
    var pool = new StringPool(8);
    char[] chars = "<job-1>".toCharArray();
    // When
    String first = pool.of(chars, 1, 5);
    // Then
    assertThat(first).isEqualTo("job-1");
    assertThat(pool.of("job-1".toCharArray(), 0, 5)).isSameAs(first);
    assertThat(pool.of("[job-1]".getBytes(US_ASCII), 1, 6)).isSameAs(first);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void isNeverWrongHoweverSmall(long seed) {
    // Given a pool of two slots, in which names keep taking each other's place
    var pool = new StringPool(1);
    var random = new Random(seed);
    for (int i = 0; i < 2_000; i++) {
      String name = "ab".repeat(random.nextInt(3)) + Integer.toString(random.nextInt(40), 36);
      // Then
      assertThat(pool.of(name.toCharArray(), 0, name.length())).isEqualTo(name);
      assertThat(pool.of(name.getBytes(US_ASCII), 0, name.length())).isEqualTo(name);
    }
  }

  // That it is the same object is the point.
  @SuppressWarnings("ReferenceEquality")
  @Test
  void spreadsNamesOverItsSlots() {
    // Given as many names as an eighth of the slots
    var pool = new StringPool(10);
    String[] first = new String[128];
    for (int i = 0; i < first.length; i++) {
      char[] name = ("job-" + i).toCharArray();
      first[i] = pool.of(name, 0, name.length);
    }
    // When
    int kept = 0;
    for (int i = 0; i < first.length; i++) {
      byte[] name = ("job-" + i).getBytes(US_ASCII);
      kept += pool.of(name, 0, name.length) == first[i] ? 1 : 0;
    }
    // Then
    assertThat(kept).isGreaterThan(90);
  }

  @Test
  void doesNotKeepWhatIsLong() {
    var pool = new StringPool(8);
    String longest = "x".repeat(128);
    String longer = "x".repeat(129);
    assertThat(pool.of(longest.toCharArray(), 0, 128))
        .isSameAs(pool.of(longest.getBytes(US_ASCII), 0, 128));
    String once = pool.of(longer.toCharArray(), 0, 129);
    assertThat(once).isEqualTo(longer);
    assertThat(pool.of(longer.toCharArray(), 0, 129)).isEqualTo(longer).isNotSameAs(once);
    String ascii = pool.of(longer.getBytes(US_ASCII), 0, 129);
    assertThat(pool.of(longer.getBytes(US_ASCII), 0, 129)).isEqualTo(longer).isNotSameAs(ascii);
  }
}

package dev.headroom.wire.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TimestampsTest {

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void readsWhatInstantsWrite(long seed) throws MalformedException {
    // Given
    var random = new Random(seed);
    for (int i = 0; i < 2_000; i++) {
      long second = random.nextLong(-62_135_596_800L, 253_402_300_800L);
      int nanos = random.nextBoolean() ? 0 : random.nextInt(1_000_000_000);
      Instant time = Instant.ofEpochSecond(second, nanos);
      // Then
      assertThat(parse(time.toString())).isEqualTo(time);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "2026-11-23T21:00:00z, 2026-11-23T21:00:00Z",
    "2026-11-23t21:00:00Z, 2026-11-23T21:00:00Z",
    "2026-11-23T21:00:00.5+00:00, 2026-11-23T21:00:00.500Z",
    "2024-02-29T23:59:59.123456789Z, 2024-02-29T23:59:59.123456789Z"
  })
  void readsTheOtherWaysOfWritingUtc(String text, Instant time) throws MalformedException {
    assertThat(parse(text)).isEqualTo(time);
  }

  @Test
  void readsAPartOfAnArray() throws MalformedException {
    char[] text = "[2026-11-23T21:00:00Z]".toCharArray();
    assertThat(Timestamps.parse(text, 1, text.length - 2))
        .isEqualTo(Instant.parse("2026-11-23T21:00:00Z"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "2026-11-23T21:00:00",
        "2026-11-23 21:00:00Z",
        "2026/11-23T21:00:00Z",
        "2026-11/23T21:00:00Z",
        "2026-11-23T21.00:00Z",
        "2026-11-23T21:00.00Z",
        "0000-11-23T21:00:00Z",
        "2026-00-23T21:00:00Z",
        "2026-13-23T21:00:00Z",
        "2026-11-00T21:00:00Z",
        "2026-11-31T21:00:00Z",
        "2026-02-29T21:00:00Z",
        "2026-11-23T24:00:00Z",
        "2026-11-23T21:60:00Z",
        "2026-11-23T21:00:60Z",
        "2026-11-23T2x:00:00Z",
        "2026-11-23T21:0x:00Z",
        "2026-11-23T21:00:0/Z",
        "202:-11-23T21:00:00Z",
        "2026-11-23T21:00:00.Z",
        "2026-11-23T21:00:00.1234567890Z",
        "2026-11-23T21:00:00.5",
        "2026-11-23T21:00:00+01:00",
        "2026-11-23T21:00:00+00:000",
        "2026-11-23T21:00:00ZZ"
      })
  void refusesAnyOther(String text) {
    assertThatThrownBy(() -> parse(text)).hasMessage("time is not RFC 3339 in UTC: " + text);
  }

  private static Instant parse(String text) throws MalformedException {
    return Timestamps.parse(text.toCharArray(), 0, text.length());
  }
}

package dev.headroom.wire.memorysample;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.sample.MemorySample;
import dev.headroom.sample.Ownership;
import org.junit.jupiter.api.Test;

class SubjectCacheTest {

  private final SubjectCache cache = new SubjectCache();

  @Test
  void findsWhereTheTimeBegins() {
    assertThat(cache.head(bytes("{\"job\":\"a\",\"time\":\"2026\"}"))).isEqualTo(11);
    assertThat(cache.head(bytes("{\"job\":\"b\",\"time\":\"2026\"}"))).isEqualTo(11);
    assertThat(cache.head(bytes("{\"job\":\"long\",\"time\":\"2026\"}"))).isEqualTo(14);
    assertThat(cache.head(bytes("{\"time\":1}"))).isEqualTo(1);
    assertThat(cache.head(bytes("{\"tim\":1, \"job\": 2}"))).isEqualTo(FastJson.NONE);
    assertThat(cache.head(bytes("{}"))).isEqualTo(FastJson.NONE);
  }

  @Test
  void looksForTheTimeNearTheStartOnly() {
    String filler = "x".repeat(1015);
    assertThat(cache.head(bytes("{" + filler + "\"time\":1"))).isEqualTo(1016);
    assertThat(cache.head(bytes("{" + filler + "x\"time\":1"))).isEqualTo(FastJson.NONE);
  }

  @Test
  void remembersWhatCameTwice() {
    // Given
    byte[] head = bytes("{\"job\":\"a\",");
    MemorySample.Subject subject = subject("a");
    // When
    cache.put(head, head.length, 8, 9, subject);
    // Then
    assertThat(cache.of(head, head.length)).isNull();
    cache.put(head, head.length, 8, 9, subject);
    assertThat(cache.of(head, head.length)).isSameAs(subject);
    assertThat(cache.of(bytes("{\"job\":\"a\",\"time\":1}"), head.length)).isSameAs(subject);
    assertThat(cache.of(bytes("{\"job\":\"b\","), head.length)).isNull();
    assertThat(cache.of(head, head.length - 1)).isNull();
    assertThat(cache.of(head, FastJson.NONE)).isNull();
  }

  @Test
  void remembersWhereTheJobsNameStands() {
    byte[] head = bytes("{" + "x".repeat(700) + "\"job\":\"a\",");
    for (int place : new int[] {8, 255, 256, 707}) {
      cache.put(head, head.length, place, place + 1, subject("a"));
      cache.put(head, head.length, place, place + 1, subject("a"));
      assertThat(cache.of(head, head.length)).isNotNull();
      assertThat(cache.jobStart()).isEqualTo(place);
      assertThat(cache.jobEnd()).isEqualTo(place + 1);
    }
  }

  @Test
  void aFloodOfNamesEvictsNothing() {
    // Given
    byte[] head = bytes("{\"job\":\"steady\",");
    MemorySample.Subject subject = subject("steady");
    cache.put(head, head.length, 8, 9, subject);
    cache.put(head, head.length, 8, 9, subject);
    // When each of many comes once
    for (int i = 0; i < 1_000_000; i++) {
      byte[] other = bytes("{\"job\":\"" + i + "\",");
      cache.put(other, other.length, 8, 9, subject);
    }
    // Then
    assertThat(cache.of(head, head.length)).isSameAs(subject);
  }

  @Test
  void isNeverWrongAboutManySubjects() {
    // Given
    int jobs = 60_000;
    for (int round = 0; round < 3; round++) {
      for (int i = 0; i < jobs; i++) {
        byte[] head = bytes("{\"job\":\"" + i + "\",");
        cache.put(head, head.length, 8, 9, subject("job-" + i));
      }
    }
    // When
    int known = 0;
    for (int i = 0; i < jobs; i++) {
      byte[] head = bytes("{\"job\":\"" + i + "\",");
      MemorySample.Subject found = cache.of(head, head.length);
      if (found != null) {
        assertThat(found.job()).isEqualTo("job-" + i);
        known++;
      }
    }
    // Then
    assertThat(known).isGreaterThan(jobs * 8 / 10);
  }

  private static MemorySample.Subject subject(String job) {
    return new MemorySample.Subject(job, null, 0, "node", 1L, "GPU-1", Ownership.UNKNOWN);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(US_ASCII);
  }
}

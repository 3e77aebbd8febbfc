package dev.headroom.wire.memorysample;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.sample.MemorySample;
import dev.headroom.wire.json.MalformedException;
import dev.headroom.wire.json.StringPool;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Whatever it reads, it reads as the parser does.
class FastSampleReaderTest {

  private static final List<String> PLAIN =
      List.of(
          """
          {"schema":"headroom/memory-sample/1","job":"resnet50-7f3a","run":"2","rank":300,\
          "host":"gpu-07","pid":4711,"gpu":"GPU-3f0c","time":"2026-11-23T21:00:00.123456789Z",\
          "source":"framework","phase":"ended","outcome":"out_of_memory","step":120,\
          "process_used_bytes":1,"device_used_bytes":2,"device_total_bytes":3,"allocated_bytes":4,\
          "reserved_bytes":5,"categories":{"parameters":6,"other":0}}""",
          """
          {"schema": "headroom/memory-sample/1", "job": "j", "run": null, "gpu": "MIG-3f0c/1/0", \
          "owner": "alice@example.com", "team": "vision/eu", "namespace": "team-a", \
          "time": "2026-11-23T21:00:00Z", "source": "nvml", "process_used_bytes": 5000000000}""",
          """
          {"time":"2026-11-23T21:00:59.5Z","process_used_bytes":0,"gpu":"g","job":"j","step":7,\
          "phase":"backward","schema":"headroom/memory-sample/1","rank":0}""",
          """
          {"schema":"headroom/memory-sample/1","job":"j","gpu":"g","step":1,\
          "time":"2026-11-23T21:00:00Z","allocated_bytes":999999999999999}""");

  private static final List<String> NOT_PLAIN =
      List.of(
          "{\"job\":\"j\\u0041\"",
          " {",
          "{\"new_field\":1}",
          "{\"job\":\"jöb\"}",
          "{\"step\":1.5}",
          "{\"step\":01}",
          "{\"step\":-1}",
          "{\"step\":1234567890123456789}",
          "{\"time\":1764000000000}",
          "{\"time\":\"2026-02-30T00:00:00Z\"}",
          "{\"time\":\"2026-11-23T21:00:00.1234567890Z\"}",
          "{\"categories\":{\"weights\":1}}",
          "{}",
          PLAIN.get(1).replace("vision/eu", ""),
          PLAIN.get(1).replace("vision/eu", "two words"),
          "{\"schema\":\"headroom/memory-sample/1\",\"job\":\"j\",\"gpu\":\"g\"}",
          PLAIN.getFirst().replace("\"GPU-3f0c\"", "\"" + "g".repeat(200) + "\""),
          PLAIN.getFirst().replace("\"rank\":300", "\"rank\":1000001"),
          PLAIN.getFirst() + " ");

  private static final String LETTERS = "\"\\{}[],:0123456789eE+-.nultrZ \u00e9\n";

  private final StringPool names = new StringPool(10);
  private final FastSampleReader plain = new FastSampleReader(names);

  @Test
  void samplesAsWritersLeaveThemArePlain() throws MalformedException {
    for (int time = 0; time < 2; time++) {
      for (String message : PLAIN) {
        byte[] bytes = message.getBytes(UTF_8);
        assertThat(plain.read(bytes)).isEqualTo(MemorySampleDecoder.parsed(bytes, names));
      }
    }
  }

  @Test
  void othersAreLeftToTheParser() {
    for (String message : NOT_PLAIN) {
      assertThat(plain.read(message.getBytes(UTF_8))).as(message).isNull();
    }
  }

  @Test
  void whatStandsBehindTheTimeMayNotContradictWhatStandsBefore() throws MalformedException {
    // Given
    String head = "{\"schema\":\"headroom/memory-sample/1\",\"job\":\"a\",\"gpu\":\"g\",";
    String time = "\"time\":\"2026-11-23T21:00:00Z\",\"process_used_bytes\":1";
    byte[] contradicted = (head + time + ",\"job\":\"b\"}").getBytes(UTF_8);

    // When
    MemorySample first = plain.read((head + time + "}").getBytes(UTF_8));
    MemorySample again = plain.read((head + time + "}").getBytes(UTF_8));

    // Then
    assertThat(first).isEqualTo(again);
    assertThat(plain.read(contradicted)).isNull();
    assertThat(MemorySampleDecoder.parsed(contradicted, names).job()).isEqualTo("b");
  }

  /// What a subject's field says behind the time is left to the parser, whether it says anything or
  /// not.
  @ParameterizedTest
  @ValueSource(strings = {",\"namespace\":\"n\"", ",\"job\":", ",\"namespace\":"})
  void aSubjectEndsWithTheTime(String more) {
    // Given
    String sample = new String(ofJob("a"), UTF_8);
    for (int time = 0; time < 3; time++) {
      assertThat(plain.read(ofJob("a"))).isNotNull();
    }
    // When
    byte[] longer = sample.replaceFirst("}$", more + "}").getBytes(UTF_8);
    // Then
    assertThat(plain.read(longer)).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"rank\":0",
        "\"pid\":1",
        "\"step\":0",
        "\"phase\":\"forward\"",
        "\"phase\":\"ended\",\"outcome\":\"completed\"",
        "\"allocated_bytes\":0"
      })
  void theLeastOfEachFieldIsPlain(String field) throws MalformedException {
    String sample = new String(ofJob("a"), UTF_8).replace("\"time\"", field + ",\"time\"");
    byte[] bytes = sample.getBytes(UTF_8);
    assertThat(plain.read(bytes)).isNotNull().isEqualTo(MemorySampleDecoder.parsed(bytes, names));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{", "{\"parameters\":", "{\"parameters\":}", "{\"parameters\":1"})
  void cutOffCategoriesAreLeftToTheParser(String categories) {
    String sample = new String(ofJob("a"), UTF_8);
    byte[] bytes = sample.replaceFirst("}$", ",\"categories\":" + categories + "}").getBytes(UTF_8);
    assertThat(plain.read(bytes)).isNull();
  }

  @Test
  void aLateTimeIsReadToTheEnd() throws MalformedException {
    String late = new String(ofJob("a"), UTF_8).replace("{", "{" + "\"step\":1,".repeat(130));
    assertThat(plain.read((late + " ").getBytes(UTF_8))).isNull();
    byte[] bytes = late.getBytes(UTF_8);
    assertThat(plain.read(bytes)).isNotNull().isEqualTo(MemorySampleDecoder.parsed(bytes, names));
  }

  @Test
  void comparesAKnownJobsNameInTheSample() {
    // Given
    byte[] sample = ofJob("resnet");
    assertThat(plain.read(sample)).isNotNull();
    assertThat(plain.read(sample)).isNotNull();
    assertThat(isOfJob("resnet", sample)).as("not known yet").isFalse();
    // When
    assertThat(plain.read(sample)).isNotNull();
    // Then
    assertThat(isOfJob("resnet", sample)).isTrue();
    String text = new String(sample, UTF_8);
    String behind = text.substring(text.indexOf("resnet") + "resnet".length());
    for (String other : List.of("resnat", "resne", "resnet5", "", "resnet" + behind.charAt(0))) {
      assertThat(isOfJob(other, sample)).as(other).isFalse();
    }
    assertThat(plain.isOfJob(null, sample)).isFalse();
    for (int end = behind.indexOf('"'); end >= 0; end = behind.indexOf('"', end + 1)) {
      String beyond = "resnet" + behind.substring(0, end);
      assertThat(isOfJob(beyond, sample)).as(beyond).isEqualTo(end == 0);
    }
    int fromTheName = sample.length - text.indexOf("resnet");
    for (int length = fromTheName - 2; length <= fromTheName + 2; length++) {
      assertThat(isOfJob("r".repeat(length), sample)).as("%d bytes", length).isFalse();
    }
  }

  @Test
  void whatWasReadByTheParserIsOfNoKnownJob() {
    // Given
    byte[] sample = ofJob("a");
    for (int time = 0; time < 3; time++) {
      assertThat(plain.read(sample)).isNotNull();
    }
    // When
    byte[] spaced = (new String(sample, UTF_8) + " ").getBytes(UTF_8);
    assertThat(plain.read(spaced)).isNull();
    // Then
    assertThat(isOfJob("a", spaced)).isFalse();
  }

  private boolean isOfJob(String key, byte[] sample) {
    return plain.isOfJob(key.getBytes(UTF_8), sample);
  }

  @Test
  void aRankThatCameTwiceIsTheSameSubject() {
    // Given
    byte[] bytes = PLAIN.getFirst().getBytes(UTF_8);
    plain.read(bytes);

    // When
    MemorySample.Subject known = subject(plain.read(bytes));

    // Then
    assertThat(subject(plain.read(bytes))).isSameAs(known);
  }

  @Test
  void manyRanksAreKnownAndStayKnownInAFloodOfStrangers() {
    // Given
    List<byte[]> ranks = IntStream.range(0, 5000).mapToObj(i -> ofJob("job-" + i)).toList();
    for (int i = 0; i < 4; i++) {
      ranks.forEach(plain::read);
    }
    Set<MemorySample.Subject> known = Collections.newSetFromMap(new IdentityHashMap<>());
    ranks.forEach(rank -> known.add(subject(plain.read(rank))));

    // When
    IntStream.range(0, 500_000).forEach(i -> plain.read(ofJob("stranger-" + i)));

    // Then
    long same = ranks.stream().filter(rank -> known.contains(subject(plain.read(rank)))).count();
    assertThat(same).isGreaterThan(4950);
  }

  private static byte[] ofJob(String job) {
    return ("{\"schema\":\"headroom/memory-sample/1\",\"job\":\"%s\",\"gpu\":\"g\","
            + "\"time\":\"2026-11-23T21:00:00Z\",\"process_used_bytes\":1}")
        .formatted(job)
        .getBytes(UTF_8);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 20_261_123, 7_777_777})
  void damagedSamplesAreReadAsByTheParserOrNotAtAll(long seed) {
    var random = new Random(seed);
    for (int i = 0; i < 30_000; i++) {
      byte[] bytes = PLAIN.get(random.nextInt(PLAIN.size())).getBytes(UTF_8);
      for (int damages = random.nextInt(3); damages >= 0; damages--) {
        bytes = damaged(bytes, random);
      }
      MemorySample read = plain.read(bytes);
      if (read != null) {
        assertThat(read).as("seed %d: %s", seed, new String(bytes, UTF_8)).isEqualTo(parsed(bytes));
      }
    }
  }

  private @Nullable Object parsed(byte[] bytes) {
    try {
      return MemorySampleDecoder.parsed(bytes, names);
    } catch (MalformedException e) {
      return e.getMessage();
    }
  }

  private static MemorySample.@Nullable Subject subject(@Nullable MemorySample sample) {
    return sample == null ? null : sample.subject();
  }

  /// One byte changed, or a part left out, repeated or put elsewhere.
  private static byte[] damaged(byte[] bytes, Random random) {
    String text = new String(bytes, UTF_8);
    int from = random.nextInt(text.length());
    int to = Math.min(text.length(), from + random.nextInt(24));
    String part = text.substring(from, to);
    return (switch (random.nextInt(4)) {
          case 0 -> {
            char c = LETTERS.charAt(random.nextInt(LETTERS.length()));
            yield text.substring(0, from) + c + text.substring(from + 1);
          }
          case 1 -> text.replace(part, "x");
          case 2 -> text.substring(0, from) + part + text.substring(from);
          default -> text.substring(0, from) + text.substring(to);
        })
        .getBytes(UTF_8);
  }
}

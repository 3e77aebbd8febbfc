package dev.headroom.wire.memorysample;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.ledger.event.MemorySampled;
import dev.headroom.memory.Category;
import dev.headroom.memory.MemorySize;
import dev.headroom.sample.JobPhase;
import dev.headroom.sample.MemorySample;
import dev.headroom.sample.Ownership;
import dev.headroom.sample.RunOutcome;
import dev.headroom.sample.SampleSource;
import dev.headroom.wire.Decoded;
import dev.headroom.wire.GoldenMessages;
import java.time.Instant;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class MemorySampleDecoderTest {

  static final String WHOLE =
      """
      {"schema":"headroom/memory-sample/1","job":"j","run":"r","rank":1,"host":"h","pid":2,\
      "gpu":"GPU-1","owner":"alice@example.com","team":"vision","namespace":"team-a",\
      "time":"2026-11-23T21:00:00.500Z","source":"framework","phase":"ended",\
      "outcome":"completed","step":3,"process_used_bytes":40,"device_used_bytes":50,\
      "device_total_bytes":60,"allocated_bytes":20,"reserved_bytes":30,\
      "categories":{"parameters":7,"other":8}}""";

  static final MemorySample SAMPLE =
      MemorySample.builder("j", "GPU-1", Instant.parse("2026-11-23T21:00:00.500Z"))
          .run("r")
          .rank(1)
          .host("h")
          .pid(2L)
          .ownership(new Ownership("alice@example.com", "vision", "team-a"))
          .source(SampleSource.FRAMEWORK)
          .phase(JobPhase.ENDED)
          .outcome(RunOutcome.COMPLETED)
          .step(3L)
          .processUsed(new MemorySize(40))
          .deviceUsed(new MemorySize(50))
          .deviceTotal(new MemorySize(60))
          .allocated(new MemorySize(20))
          .reserved(new MemorySize(30))
          .categories(
              Map.of(Category.PARAMETERS, new MemorySize(7), Category.OTHER, new MemorySize(8)))
          .build();

  static Stream<GoldenMessages.Refused> refused() {
    return GoldenMessages.refused("memory-sample");
  }

  private final MemorySampleDecoder decoder = new MemorySampleDecoder();

  /// The first is of the usual form; the others only the parser reads.
  @ParameterizedTest
  @ValueSource(strings = {"\"job\":", "\"job\"  :", "\"x\":null,\"job\":", "\"step\":3,\"job\":"})
  void readsEveryFieldByEitherReader(String job) {
    assertThat(decode(WHOLE.replace("\"job\":", job)))
        .isEqualTo(new Decoded.Event(new MemorySampled(SAMPLE)));
  }

  @ParameterizedTest
  @MethodSource("refused")
  void saysWhyItRefuses(GoldenMessages.Refused it) {
    assertThat(decoder.decode("resnet50-7f3a".getBytes(UTF_8), it.message().getBytes(UTF_8)))
        .isInstanceOf(Decoded.Malformed.class)
        .satisfies(
            malformed ->
                assertThat(((Decoded.Malformed) malformed).reason())
                    .matches(reason -> reason.equals(it.reason()) || reason.startsWith("the key")));
  }

  @Test
  void refusesWhatIsNoSample() {
    assertThat(decoder.decode("j".getBytes(UTF_8), null))
        .isEqualTo(new Decoded.Malformed("no value"));
    assertThat(decoder.decode(null, WHOLE.getBytes(UTF_8)))
        .isEqualTo(new Decoded.Malformed("no key; it is the job"));
    assertThat(decoder.decode("k".getBytes(UTF_8), WHOLE.getBytes(UTF_8)))
        .isEqualTo(new Decoded.Malformed("the key is not the job j"));
    assertThat(decode(WHOLE.replace("}}", "}}" + " ".repeat(64 * 1024))))
        .isEqualTo(
            new Decoded.Malformed("longer than 65536 bytes: " + (WHOLE.length() + 64 * 1024)));
    assertThat(decode(WHOLE.replace("\"other\"", "\"others\"")))
        .isEqualTo(new Decoded.Malformed("category is unknown: others"));
  }

  /// A sample whose subject was cached is compared with its key where the name stands in it.
  @Test
  void theKeyIsLookedAtOfCachedSubjectsToo() {
    String plain =
        """
        {"schema":"headroom/memory-sample/1","job":"load-1","gpu":"GPU-a",\
        "time":"2026-11-01T12:00:00Z","reserved_bytes":7,"step":3}""";
    var wrong = new Decoded.Malformed("the key is not the job load-1");
    for (int i = 0; i < 4; i++) {
      assertThat(decode("load-1", plain)).isInstanceOf(Decoded.Event.class);
      assertThat(decode("load-2", plain)).isEqualTo(wrong);
      assertThat(decode("load-", plain)).isEqualTo(wrong);
      assertThat(decode("load-12", plain)).isEqualTo(wrong);
      assertThat(decode("", plain)).isEqualTo(wrong);
      assertThat(decode("x".repeat(1000), plain)).isEqualTo(wrong);
      assertThat(decoder.decode(null, plain.getBytes(UTF_8)))
          .isEqualTo(new Decoded.Malformed("no key; it is the job"));
    }
    // A second name, which counts, behind the cached beginning.
    String twice = plain.replace("\"step\":3", "\"job\":\"load-2\"");
    assertThat(decode("load-1", twice))
        .isEqualTo(new Decoded.Malformed("the key is not the job load-2"));
    assertThat(decode("load-2", twice)).isInstanceOf(Decoded.Event.class);
    // And in it.
    String before = plain.replace("\"gpu\"", "\"job\":\"load-3\",\"gpu\"");
    for (int i = 0; i < 4; i++) {
      assertThat(decode("load-3", before)).isInstanceOf(Decoded.Event.class);
      assertThat(decode("load-1", before))
          .isEqualTo(new Decoded.Malformed("the key is not the job load-3"));
    }
  }

  @Test
  void equalNamesAreTheSameString() {
    MemorySample first = sample(decode(WHOLE));
    MemorySample second = sample(decode(WHOLE.replace("\"step\":3", "\"step\":4")));
    assertThat(second.job()).isSameAs(first.job());
    assertThat(second.gpu()).isSameAs(first.gpu());
  }

  private static MemorySample sample(Decoded decoded) {
    return ((MemorySampled) ((Decoded.Event) decoded).event()).sample();
  }

  private Decoded decode(String json) {
    return decode("j", json);
  }

  private Decoded decode(String key, String json) {
    return decoder.decode(key.getBytes(UTF_8), json.getBytes(UTF_8));
  }
}

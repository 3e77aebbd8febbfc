package dev.headroom.wire.devicesample;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.ledger.event.DeviceRemoved;
import dev.headroom.ledger.event.DeviceSampled;
import dev.headroom.memory.MemorySize;
import dev.headroom.sample.DeviceSample;
import dev.headroom.sample.GpuProcess;
import dev.headroom.wire.Decoded;
import dev.headroom.wire.GoldenMessages;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class DeviceSampleDecoderTest {

  static final String WHOLE =
      """
      {"schema":"headroom/device-sample/1","gpu":"GPU-1","host":"h",\
      "time":"2026-11-23T21:00:00.500Z","total_bytes":90,"used_bytes":80,"index":1,"model":"m",\
      "driver":"d","mig_profile":"1g.5gb","driver_reserved_bytes":2,"free_bytes":8,\
      "processes":[{"pid":3,"used_bytes":4,"job":"j","rank":5},{"pid":6}]}""";

  static final DeviceSample SAMPLE =
      new DeviceSample(
          "GPU-1",
          "h",
          Instant.parse("2026-11-23T21:00:00.500Z"),
          new MemorySize(90),
          new MemorySize(80),
          1,
          "m",
          "d",
          "1g.5gb",
          new MemorySize(2),
          new MemorySize(8),
          List.of(
              new GpuProcess(3, new MemorySize(4), "j", 5), new GpuProcess(6, null, null, null)));

  static Stream<GoldenMessages.Refused> refused() {
    return GoldenMessages.refused("device-sample");
  }

  private final DeviceSampleDecoder decoder = new DeviceSampleDecoder();

  @Test
  void readsEveryField() {
    assertThat(decode(WHOLE)).isEqualTo(new Decoded.Event(new DeviceSampled(SAMPLE)));
    String spaced =
        WHOLE
            .replace("\"rank\":5", "\"rank\":5,\"x\":[{}]")
            .replace("{\"pid\":6}", "{\"pid\":6,\"job\":null}");
    assertThat(decode(spaced)).isEqualTo(new Decoded.Event(new DeviceSampled(SAMPLE)));
  }

  @ParameterizedTest
  @MethodSource("refused")
  void saysWhyItRefuses(GoldenMessages.Refused it) {
    String key = it.message().contains("GPU-3f0c") ? "GPU-3f0c" : "x";
    assertThat(decoder.decode(key.getBytes(UTF_8), it.message().getBytes(UTF_8)))
        .isInstanceOf(Decoded.Malformed.class)
        .satisfies(
            malformed ->
                assertThat(((Decoded.Malformed) malformed).reason())
                    .matches(reason -> reason.equals(it.reason()) || reason.startsWith("the key")));
  }

  @Test
  void refusesEachFieldThatIsMissing() {
    for (String field : List.of("schema", "gpu", "host", "time", "total_bytes", "used_bytes")) {
      assertThat(decode(WHOLE.replace('"' + field + '"', "\"other\"")))
          .isEqualTo(new Decoded.Malformed(field + " is missing"));
    }
    assertThat(decode(WHOLE.replace("\"pid\":6", "\"pid\":null")))
        .isEqualTo(new Decoded.Malformed("pid is missing"));
  }

  @Test
  void listsABoundedNumberOfProcesses() {
    String many = "{\"pid\":3},".repeat(1022);
    String most = WHOLE.replace("\"processes\":[", "\"processes\":[" + many);
    String more = WHOLE.replace("\"processes\":[", "\"processes\":[{\"pid\":3}," + many);
    assertThat(decode(most)).isInstanceOf(Decoded.Event.class);
    assertThat(decode(more)).isEqualTo(new Decoded.Malformed("processes > 1024"));
  }

  @Test
  void aNullSaysThatTheGpuIsGone() {
    assertThat(decoder.decode("GPU-1".getBytes(UTF_8), null))
        .isEqualTo(new Decoded.Event(new DeviceRemoved("GPU-1")));
    assertThat(decoder.decode(null, null))
        .isEqualTo(new Decoded.Malformed("neither key nor value"));
    assertThat(decoder.decode("GPU-2".getBytes(UTF_8), WHOLE.getBytes(UTF_8)))
        .isEqualTo(new Decoded.Malformed("the key is not the gpu GPU-1"));
  }

  private Decoded decode(String json) {
    return decoder.decode("GPU-1".getBytes(UTF_8), json.getBytes(UTF_8));
  }
}

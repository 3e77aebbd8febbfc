package dev.headroom.wire.devicesample;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.memory.MemorySize;
import dev.headroom.sample.DeviceSample;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class DeviceSampleEncoderTest {

  @Test
  void writesEveryField() {
    assertThat(DeviceSampleEncoder.encode(DeviceSampleDecoderTest.SAMPLE))
        .asString(UTF_8)
        .isEqualTo(DeviceSampleDecoderTest.WHOLE);
  }

  @Test
  void leavesOutWhatIsUnknown() {
    var bare =
        new DeviceSample(
            "GPU-1",
            "h",
            Instant.parse("2026-11-23T21:00:00Z"),
            new MemorySize(9),
            MemorySize.ZERO,
            null,
            null,
            null,
            null,
            null,
            null,
            List.of());
    assertThat(DeviceSampleEncoder.encode(bare))
        .asString(UTF_8)
        .isEqualTo(
            """
            {"schema":"headroom/device-sample/1","gpu":"GPU-1","host":"h",\
            "time":"2026-11-23T21:00:00Z","total_bytes":9,"used_bytes":0}""");
  }
}

package dev.headroom.wire.memorysample;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.memory.MemorySize;
import dev.headroom.sample.MemorySample;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class MemorySampleEncoderTest {

  @Test
  void writesEveryField() {
    assertThat(MemorySampleEncoder.encode(MemorySampleDecoderTest.SAMPLE))
        .asString(UTF_8)
        .isEqualTo(MemorySampleDecoderTest.WHOLE);
  }

  @Test
  void leavesOutWhatIsUnknown() {
    MemorySample bare =
        MemorySample.builder("j", "g", Instant.parse("2026-11-23T21:00:00Z"))
            .reserved(MemorySize.ZERO)
            .build();
    assertThat(MemorySampleEncoder.encode(bare))
        .asString(UTF_8)
        .isEqualTo(
            """
            {"schema":"headroom/memory-sample/1","job":"j","gpu":"g",\
            "time":"2026-11-23T21:00:00Z","reserved_bytes":0}""");
  }
}

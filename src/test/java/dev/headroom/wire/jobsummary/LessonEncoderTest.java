package dev.headroom.wire.jobsummary;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.calibration.JobKind;
import dev.headroom.calibration.MeasuredSize;
import dev.headroom.calibration.Observation;
import dev.headroom.calibration.PredictedPeak;
import dev.headroom.memory.MemorySize;
import dev.headroom.network.setup.Framework;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// What a settled run teaches, as a record.
class LessonEncoderTest {

  private static final Observation LESSON =
      new Observation(
          "resnet",
          "7",
          Instant.parse("2026-11-01T12:00:00Z"),
          new JobKind("NVIDIA A100", new Framework("pytorch", "2.15.0", "13.2"), "resnet50"),
          new PredictedPeak(new MemorySize(100), new MemorySize(200), new MemorySize(30)),
          Map.of(
              MeasuredSize.ALLOCATED, new MemorySize(101),
              MeasuredSize.DEVICE, new MemorySize(900)));

  @Test
  void everyFieldIsWritten() {
    assertThat(new String(LessonEncoder.encode(LESSON), UTF_8))
        .isEqualTo(
            """
            {"schema":"headroom/lesson/1","job":"resnet","run":"7",\
            "settled":"2026-11-01T12:00:00Z","gpu_model":"NVIDIA A100","model":"resnet50",\
            "framework":"pytorch","framework_version":"2.15.0","cuda":"13.2",\
            "predicted":{"allocated_bytes":100,"reserved_bytes":200,"workspaces_bytes":30},\
            "measured":{"allocated_bytes":101,"device_bytes":900}}""");
  }

  @Test
  void eachRunHasAKeyOfItsOwn() {
    assertThat(new String(LessonEncoder.key(LESSON), UTF_8)).isEqualTo("resnet/7");
  }
}

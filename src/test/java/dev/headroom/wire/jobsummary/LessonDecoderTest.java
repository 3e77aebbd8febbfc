package dev.headroom.wire.jobsummary;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.calibration.JobKind;
import dev.headroom.calibration.MeasuredSize;
import dev.headroom.calibration.Observation;
import dev.headroom.calibration.PredictedPeak;
import dev.headroom.ledger.event.JobForgotten;
import dev.headroom.memory.MemorySize;
import dev.headroom.network.setup.Framework;
import dev.headroom.wire.Decoded;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// What a settled run teaches, written and read again.
class LessonDecoderTest {

  private static final Observation WHOLE =
      new Observation(
          "resnet50-7f3a",
          "2",
          Instant.parse("2026-11-23T21:00:00Z"),
          new JobKind("A100-40GB", new Framework("pytorch", "2.15.0", "13.0"), "resnet50"),
          new PredictedPeak(new MemorySize(3), new MemorySize(4), new MemorySize(1)),
          Map.of(
              MeasuredSize.ALLOCATED, new MemorySize(5),
              MeasuredSize.RESERVED, new MemorySize(6),
              MeasuredSize.PROCESS, new MemorySize(7),
              MeasuredSize.DEVICE, new MemorySize(8)));

  private final JobSummaryDecoder decoder = new JobSummaryDecoder();

  @Test
  void readsWhatWasWritten() {
    assertThat(decoder.decode(LessonEncoder.key(WHOLE), LessonEncoder.encode(WHOLE)))
        .isEqualTo(new Decoded.Taught(WHOLE));
    assertThat(LessonEncoder.key(WHOLE)).asString(UTF_8).isEqualTo("resnet50-7f3a/2");
  }

  @Test
  void readsWhatLittleIsKnown() {
    var little =
        new Observation(
            "j",
            "1",
            WHOLE.settled(),
            new JobKind("", Framework.UNKNOWN, ""),
            new PredictedPeak(new MemorySize(3), new MemorySize(4), MemorySize.ZERO),
            Map.of(MeasuredSize.PROCESS, new MemorySize(7)));
    assertThat(decoder.decode(LessonEncoder.key(little), LessonEncoder.encode(little)))
        .isEqualTo(new Decoded.Taught(little));
  }

  @Test
  void theKeyIsTheJobAndItsRun() {
    byte[] value = LessonEncoder.encode(WHOLE);
    assertThat(decoder.decode("resnet50-7f3a/3".getBytes(UTF_8), value))
        .isEqualTo(new Decoded.Malformed("the key is not the job and run resnet50-7f3a/2"));
    assertThat(decoder.decode("resnet50-7f3a".getBytes(UTF_8), value))
        .isEqualTo(
            new Decoded.Malformed("schema is not headroom/job-summary/1: headroom/lesson/1"));
  }

  @Test
  void aLongOneIsRefused() {
    byte[] value =
        new String(LessonEncoder.encode(WHOLE), UTF_8)
            .replace("A100-40GB", "x".repeat(16 * 1024))
            .getBytes(UTF_8);
    assertThat(decoder.decode(LessonEncoder.key(WHOLE), value))
        .isInstanceOfSatisfying(
            Decoded.Malformed.class, it -> assertThat(it.reason()).startsWith("longer than 16384"));
  }

  @Test
  void theJobsOwnEndDoesNotTakeItAway() {
    assertThat(decoder.decode("resnet50-7f3a".getBytes(UTF_8), null))
        .isEqualTo(new Decoded.Event(new JobForgotten("resnet50-7f3a")));
    assertThat(decoder.decode(LessonEncoder.key(WHOLE), null))
        .isInstanceOf(Decoded.Malformed.class);
  }
}

package dev.headroom.calibration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headroom.calibration.regression.ErrorScale;
import dev.headroom.calibration.regression.Example;
import dev.headroom.calibration.regression.Point;
import dev.headroom.memory.MemorySize;
import dev.headroom.network.setup.Framework;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ObservationTest {

  private static final Instant NOW = Instant.parse("2026-11-23T21:00:00Z");

  @Test
  void isOneOfTheRunsOfItsModelOrOfItsJob() {
    assertThat(observation("j", "1", NOW, "resnet").network()).isEqualTo("resnet");
    assertThat(observation("j", "1", NOW, "").network()).isEqualTo("j");
  }

  @Test
  void theOldestIsFirst() {
    Observation old = observation("b", "2", NOW.minusSeconds(1), "m");
    Observation first = observation("a", "2", NOW, "m");
    Observation run = observation("b", "1", NOW, "m");
    Observation last = observation("b", "2", NOW, "m");
    assertThat(List.of(last, run, first, old).stream().sorted())
        .containsExactly(old, first, run, last);
    assertThat(last.isSameRun(old)).isTrue();
    assertThat(last.isSameRun(run)).isFalse();
    assertThat(run.isSameRun(observation("a", "1", NOW, "m"))).isFalse();
  }

  @Test
  void isAnExampleOfWhatItMeasured() {
    Observation it = observation("j", "1", NOW, "m");
    assertThat(it.example(MeasuredSize.DEVICE, new ErrorScale(10, 0.022), 0.5))
        .isEqualTo(new Example(new Point(200, 30), 700, 10 + 0.022 * 200, 0.5));
    assertThatThrownBy(() -> it.example(MeasuredSize.PROCESS, new ErrorScale(10, 0.022), 1))
        .hasMessage("not measured: process");
  }

  private static Observation observation(String job, String run, Instant at, String model) {
    return new Observation(
        job,
        run,
        at,
        new JobKind("T4", Framework.UNKNOWN, model),
        new PredictedPeak(
            MemorySize.ofMebibytes(100), MemorySize.ofMebibytes(200), MemorySize.ofMebibytes(30)),
        Map.of(MeasuredSize.DEVICE, MemorySize.ofMebibytes(700)));
  }
}

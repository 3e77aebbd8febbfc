package dev.headroom.calibration.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headroom.calibration.JobKind;
import dev.headroom.calibration.MeasuredSize;
import dev.headroom.calibration.Observation;
import dev.headroom.calibration.PredictedPeak;
import dev.headroom.memory.MemorySize;
import dev.headroom.network.setup.Framework;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MeasuredRunTest {

  private static final JobKind KIND = new JobKind("A100", Framework.UNKNOWN, "resnet18");
  private static final PredictedPeak PREDICTED =
      new PredictedPeak(new MemorySize(700), new MemorySize(800), new MemorySize(9));

  private final Map<MeasuredSize, MemorySize> measured =
      new HashMap<>(Map.of(MeasuredSize.ALLOCATED, new MemorySize(711)));
  private final MeasuredRun run = new MeasuredRun(KIND, 32, PREDICTED, measured);

  @Test
  void knowsWhatWasMeasured() {
    assertThat(run.has(MeasuredSize.ALLOCATED)).isTrue();
    assertThat(run.has(MeasuredSize.DEVICE)).isFalse();
    assertThat(run.peak(MeasuredSize.ALLOCATED)).isEqualTo(new MemorySize(711));
    assertThatThrownBy(() -> run.peak(MeasuredSize.DEVICE))
        .isInstanceOf(NullPointerException.class);
    assertThat(run.network()).isEqualTo("resnet18");
  }

  @Test
  void isAsItWasMade() {
    measured.put(MeasuredSize.DEVICE, new MemorySize(1));
    assertThat(run.has(MeasuredSize.DEVICE)).isFalse();
  }

  @Test
  void teachesWhatWasPredictedAndMeasured() {
    assertThat(run.observation(7))
        .isEqualTo(
            new Observation(
                "resnet18-32", "7", Instant.ofEpochSecond(7), KIND, PREDICTED, run.measured()));
  }
}

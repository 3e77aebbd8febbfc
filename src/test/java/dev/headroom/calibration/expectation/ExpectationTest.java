package dev.headroom.calibration.expectation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headroom.budget.Confidence;
import dev.headroom.calibration.Calibration;
import dev.headroom.calibration.History;
import dev.headroom.calibration.JobKind;
import dev.headroom.calibration.MeasuredSize;
import dev.headroom.calibration.PredictedPeak;
import dev.headroom.calibration.Prior;
import dev.headroom.memory.MemorySize;
import dev.headroom.network.setup.Framework;
import java.util.EnumMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ExpectationTest {

  private final Calibration calibration = new History(Prior.BUILT_IN).calibration();
  private final JobKind kind = new JobKind("A100-40GB", Framework.UNKNOWN, "m");
  private final PredictedPeak predicted =
      new PredictedPeak(MemorySize.ofMebibytes(700), MemorySize.ofMebibytes(900), MemorySize.ZERO);

  @Test
  void eachSizeHasTheRangeOfItsForecast() {
    for (Confidence confidence : Confidence.values()) {
      Expectation expected = Expectation.of(calibration, kind, predicted, confidence);
      assertThat(expected.calibration()).isSameAs(calibration);
      assertThat(expected.kind()).isEqualTo(kind);
      assertThat(expected.predicted()).isEqualTo(predicted);
      assertThat(expected.knowledge()).isEqualTo(calibration.knowledge(kind));
      for (MeasuredSize size : MeasuredSize.values()) {
        assertThat(expected.of(size))
            .isEqualTo(
                Range.of(
                    size,
                    calibration.forecast(kind, predicted, size),
                    confidence != Confidence.EXACT));
      }
    }
  }

  @Test
  void itIsAsOfOneMoment() {
    // Given
    Map<MeasuredSize, Range> ranges = new EnumMap<>(MeasuredSize.class);
    Range range =
        Expectation.of(calibration, kind, predicted, Confidence.EXACT).of(MeasuredSize.DEVICE);
    ranges.put(MeasuredSize.DEVICE, range);
    var expected =
        new Expectation(calibration, kind, predicted, calibration.knowledge(kind), ranges);

    // When
    ranges.clear();

    // Then
    assertThat(expected.of(MeasuredSize.DEVICE)).isEqualTo(range);
    assertThatThrownBy(() -> expected.of(MeasuredSize.PROCESS)).hasMessage("no range of process");
  }
}

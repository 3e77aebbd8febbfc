package dev.headroom.calibration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.headroom.calibration.regression.Coefficients;
import dev.headroom.calibration.regression.Point;
import dev.headroom.calibration.regression.Scores.Score;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PriorTest {

  @ParameterizedTest
  @CsvSource({
    "BUILT_IN, A100-40GB, DEVICE, 1744, 1.032, 2.09",
    "BUILT_IN, K80, PROCESS, 415, 1.005, 1.73",
    "BUILT_IN, V100-16GB, DEVICE, 1291, 1.023, -0.21",
    "BUILT_IN, RTX2070S, DEVICE, 1182, 0.953, 0.94",
    "BUILT_IN, RTX3070, DEVICE, 1258, 1.020, -0.06",
    "BUILT_IN, RTX3090, DEVICE, 1347, 1.026, 0.26",
    "BUILT_IN, T4, DEVICE, 1205, 1.02, 0.83",
    "UNKNOWN_GPU, A100-40GB, DEVICE, 1205, 1.02, 0.83",
    "BUILT_IN, H100-80GB, DEVICE, 855, 0.995, 0.87",
    "BUILT_IN, H100-80GB, ALLOCATED, 72, 0.998, 0.09",
    "BUILT_IN, H100-80GB, RESERVED, 89, 0.995, 0.9",
    "UNKNOWN_GPU, H100-80GB, RESERVED, 89, 0.995, 0.9",
    "BUILT_IN, A100-40GB, ALLOCATED, 24.25, 0.998, 0.09",
    "UNKNOWN_GPU, T4, RESERVED, 41.25, 0.995, 0.9"
  })
  void believesTheLineOfWhatWasMeasured(
      Prior prior, String gpu, MeasuredSize size, double intercept, double slope, double more) {
    Coefficients mean = prior.belief(gpu, size).mean();
    assertThat(mean.intercept()).isCloseTo(intercept, within(1e-9));
    assertThat(mean.slope()).isCloseTo(slope, within(1e-9));
    assertThat(mean.workspaces()).isCloseTo(more, within(1e-9));
  }

  @Test
  void knowsTheGpusThatWereMeasured() {
    assertThat(Prior.BUILT_IN.knows("K80")).isTrue();
    assertThat(Prior.BUILT_IN.knows("H100-80GB")).isTrue();
    assertThat(Prior.BUILT_IN.knows("T4")).isFalse();
    assertThat(Prior.UNKNOWN_GPU.knows("K80")).isFalse();
  }

  @Test
  void errorsGrowWithWhatIsPredicted() {
    var at = new Point(1000, 5);
    assertThat(Prior.scale(MeasuredSize.ALLOCATED).at(at)).isEqualTo(5);
    assertThat(Prior.scale(MeasuredSize.RESERVED).at(at)).isEqualTo(12);
    assertThat(Prior.scale(MeasuredSize.PROCESS).at(at)).isEqualTo(32);
    assertThat(Prior.scale(MeasuredSize.DEVICE).at(at)).isEqualTo(32);
  }

  @Test
  void itsErrorsStandForThirtyJobs() {
    List<Score> scores = Prior.scores(MeasuredSize.DEVICE);
    assertThat(scores)
        .hasSize(40)
        .isSortedAccordingTo((a, b) -> Double.compare(a.value(), b.value()));
    assertThat(scores.stream().mapToDouble(Score::weight).sum()).isCloseTo(30, within(1e-9));
    assertThat(Prior.scores(MeasuredSize.ALLOCATED).stream().mapToDouble(Score::weight).sum())
        .isCloseTo(6, within(1e-9));
  }
}

package dev.headroom.calibration.expectation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.calibration.Calibration;
import dev.headroom.calibration.Forecast;
import dev.headroom.calibration.History;
import dev.headroom.calibration.JobKind;
import dev.headroom.calibration.MeasuredSize;
import dev.headroom.calibration.PredictedPeak;
import dev.headroom.calibration.Prior;
import dev.headroom.memory.MemorySize;
import dev.headroom.network.setup.Framework;
import java.util.EnumSet;
import org.junit.jupiter.api.Test;

/// How far above the forecast a healthy job may be, by hand from the forecast of each size.
class RangeTest {

  private static final long LIBRARIES = 384L << 20;

  private final Calibration calibration = new History(Prior.BUILT_IN).calibration();

  @Test
  void whatIsAllocatedIsBoundByNineteenOfTwenty() {
    Forecast forecast = forecast(MeasuredSize.ALLOCATED, 4);
    assertThat(Range.of(MeasuredSize.ALLOCATED, forecast, false))
        .isEqualTo(new Range(forecast.p05(), forecast.p50(), forecast.p95(), forecast.p95()));
    assertThat(Range.of(MeasuredSize.ALLOCATED, forecast, true).most().bytes())
        .isEqualTo(forecast.p95().bytes() + forecast.p50().bytes() / 10);
  }

  @Test
  void ofOtherSizesLibrariesOrTwiceTheSpreadMayCome() {
    for (MeasuredSize size : EnumSet.complementOf(EnumSet.of(MeasuredSize.ALLOCATED))) {
      for (long gibibytes : new long[] {1, 700}) {
        Forecast forecast = forecast(size, gibibytes);
        long spread = forecast.p95().bytes() - forecast.p50().bytes();
        long most = forecast.p95().bytes() + Math.max(spread, LIBRARIES);
        assertThat(Range.of(size, forecast, false).most().bytes()).isEqualTo(most);
        assertThat(Range.of(size, forecast, true).most().bytes())
            .isEqualTo(most + forecast.p50().bytes() / 10);
      }
    }
  }

  private Forecast forecast(MeasuredSize size, long gibibytes) {
    var predicted = new MemorySize(gibibytes << 30);
    return calibration.forecast(
        new JobKind("A100-40GB", Framework.UNKNOWN, ""),
        new PredictedPeak(predicted, predicted, MemorySize.ZERO),
        size);
  }
}

package dev.headroom.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.headroom.simulator.Simulator.Settings;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Its bounds, and what it does where no broker answers.
class SimulatorTest {

  private static final Map<String, String> NOWHERE =
      Map.of("bootstrap.servers", "127.0.0.1:1", "max.block.ms", "20");

  @ParameterizedTest
  @CsvSource({
    "0, 1, 1, 0, jobs not in 1.0 to 1000000.0: 0.0",
    "1000001, 1, 1, 0, jobs not in 1.0 to 1000000.0: 1000001.0",
    "1, 0.0009, 1, 0, rate not in 0.001 to 1000.0: 9.0E-4",
    "1, 1001, 1, 0, rate not in 0.001 to 1000.0: 1001.0",
    "1, NaN, 1, 0, rate not in 0.001 to 1000.0: NaN",
    "1, 1, 1000.1, 0, speed not in 0.001 to 1000.0: 1000.1",
    "1, 1, 1, 3601, past not in 0.0 to 3600.0: 3601.0",
    "1, 1, 1, -1, past not in 0.0 to 3600.0: -1.0"
  })
  void whatIsOutOfBoundsIsRefused(int jobs, double rate, double speed, long past, String why) {
    assertThatThrownBy(() -> new Settings(jobs, rate, 1, speed, past, "", NOWHERE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(why);
  }

  @Test
  void boundsThemselvesAreWithin() {
    var kafka = new HashMap<>(NOWHERE);
    var settings = new Settings(1_000_000, 0.001, 1, 1000, 3600, "", kafka);
    kafka.clear();
    assertThat(settings.kafka()).isEqualTo(NOWHERE);
    assertThat(new Settings(1, 1000, 1, 0.001, 0, "", NOWHERE).jobs()).isEqualTo(1);
  }

  @Test
  void whatNoBrokerTakesIsCounted() {
    try (var simulator = new Simulator(new Settings(5, 20, 7, 1, 0, "x-", NOWHERE))) {
      assertThat(simulator.gpus()).isEqualTo(SimulatedCluster.of(5, 7, "x-").gpuCount());
      assertThat(simulator.highlights()).isEqualTo(SimulatedCluster.of(5, 7, "x-").highlights(1));
      assertThat(simulator.failed()).isZero();
      simulator.start();
      await().atMost(Duration.ofSeconds(30)).until(() -> simulator.failed() > 5);
      assertThat(simulator.sent()).isZero();
    }
  }
}

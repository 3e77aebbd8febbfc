package dev.headroom.agent.simulated;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.agent.probe.DeviceProbe;
import dev.headroom.agent.probe.DeviceProbeContract;
import java.util.List;
import org.junit.jupiter.api.Test;

class SimulatedProbeTest implements DeviceProbeContract {

  @Override
  public DeviceProbe probe() {
    return new SimulatedProbe(4, List.of(1L, 2L), 7);
  }

  @Test
  void theSameSeedGivesTheSameFigures() {
    assertThat(probe().read()).isEqualTo(probe().read());
  }
}

package dev.headroom.agent.nvml;

import dev.headroom.agent.DeviceProbe;
import dev.headroom.agent.DeviceProbeContract;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

/// The contract on the GPUs of this machine: `deploy/gpu-check` runs it, alone, since a process
/// that loaded the stand-in cannot load the driver's library any more.
@EnabledIfEnvironmentVariable(named = "HEADROOM_GPU_CHECK", matches = "1")
class RealNvmlProbeTest implements DeviceProbeContract {

  @Override
  public DeviceProbe probe() {
    return new NvmlProbe();
  }
}

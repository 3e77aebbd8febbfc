package dev.headroom.agent.nvml;

import dev.headroom.agent.probe.DeviceProbe;
import dev.headroom.agent.probe.DeviceProbeContract;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

/// The contract on the GPUs of this machine, where `HEADROOM_GPU_CHECK=1` asks for it. It has to
/// run alone: a process that loaded the stand-in cannot load the driver's library any more.
@EnabledIfEnvironmentVariable(named = "HEADROOM_GPU_CHECK", matches = "1")
class RealNvmlProbeTest implements DeviceProbeContract {

  @Override
  public DeviceProbe probe() {
    return new NvmlProbe(pid -> ProcessHandle.of(pid).isPresent());
  }
}

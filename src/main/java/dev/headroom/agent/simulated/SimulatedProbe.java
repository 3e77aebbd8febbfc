package dev.headroom.agent.simulated;

import dev.headroom.agent.probe.DeviceProbe;
import dev.headroom.agent.probe.DeviceReading;
import dev.headroom.agent.probe.ProbeReading;
import dev.headroom.agent.probe.ProcessReading;
import dev.headroom.sample.SampleSource;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/// A probe of simulated GPUs, each used by the given processes. The same seed gives the same
/// readings.
///
/// With the agent's own process id the whole path can be tried on a machine without a GPU:
/// `HEADROOM_JOB=try ./headroom agent --probe simulated`.
public final class SimulatedProbe implements DeviceProbe {
  private static final long GIB = 1L << 30;
  private static final long MIB = 1L << 20;
  private static final long TOTAL = 80 * GIB;
  private static final long RESERVED = 600 * MIB;

  private final List<Long> pids;
  private final List<String> gpus = new ArrayList<>();
  private final RandomGenerator random;

  public SimulatedProbe(int gpus, List<Long> pids, long seed) {
    if (gpus < 1 || gpus > 64) {
      throw new IllegalArgumentException("gpus not in 1 to 64: " + gpus);
    }
    this.pids = List.copyOf(pids);
    this.random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    for (int i = 0; i < gpus; i++) {
      this.gpus.add("GPU-" + new UUID(random.nextLong(), random.nextLong()));
    }
  }

  @Override
  public SampleSource source() {
    return SampleSource.NVML;
  }

  @Override
  public ProbeReading read() {
    List<DeviceReading> devices = new ArrayList<>();
    for (int i = 0; i < gpus.size(); i++) {
      List<ProcessReading> processes = new ArrayList<>();
      long used = 0;
      for (long pid : pids) {
        long bytes = 2 * GIB + random.nextInt(64) * MIB;
        used += bytes;
        processes.add(new ProcessReading(pid, bytes));
      }
      devices.add(
          new DeviceReading(
              gpus.get(i),
              i,
              "Simulated 80GB",
              "0.0",
              null,
              TOTAL,
              used,
              TOTAL - RESERVED - used,
              RESERVED,
              processes));
    }
    return new ProbeReading.Devices(devices, List.of());
  }

  @Override
  public void close() {}
}

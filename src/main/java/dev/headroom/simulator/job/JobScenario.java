package dev.headroom.simulator.job;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// What one job of the simulated cluster does: its network, its GPU, its fault, how long it runs.
///
/// @param name the job's
/// @param network of [GoldenRun]
/// @param slot which of its model's GPUs its first rank is on; each further rank is on the next one
/// @param lasts how long a run of it trains; null for as long as its GPU bears it
/// @param pause from a run's end to the beginning of the next
/// @param shows what is to be seen of it, for people; empty where it is one like many
public record JobScenario(
    String name,
    String network,
    SimulatedGpuModel gpu,
    int slot,
    JobFault fault,
    @Nullable Duration lasts,
    Duration pause,
    String shows) {

  /// One that holds what it should, for as long as anybody looks.
  public static JobScenario healthy(String name, String network, SimulatedGpuModel gpu, int slot) {
    return endless(name, network, gpu, slot, new JobFault.None(), "");
  }

  /// One that trains for as long as its GPU bears it.
  public static JobScenario endless(
      String name, String network, SimulatedGpuModel gpu, int slot, JobFault fault, String shows) {
    return new JobScenario(name, network, gpu, slot, fault, null, Duration.ofSeconds(90), shows);
  }
}

package dev.headroom.simulator;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// A part in the cluster's play.
///
/// @param name the job's
/// @param network of [GoldenRun]
/// @param slot which of its model's GPUs on a host
/// @param lasts how long a run of it trains; null for as long as its GPU bears it
/// @param pause from a run's end to the beginning of the next
record Scenario(
    String name,
    String network,
    GpuModel gpu,
    int slot,
    Fault fault,
    @Nullable Duration lasts,
    Duration pause) {

  /// GPUs of one host.
  static final int SLOTS = 4;

  static Scenario endless(String name, String network, GpuModel gpu, int slot, Fault fault) {
    return new Scenario(name, network, gpu, slot, fault, null, Duration.ofSeconds(90));
  }
}

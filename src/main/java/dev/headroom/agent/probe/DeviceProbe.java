package dev.headroom.agent.probe;

import dev.headroom.sample.SampleSource;

/// Reads every GPU of this host once, through NVML, CUDA or a simulation.
///
/// A probe never throws for what a machine can lack: no driver, a GPU that fell off the bus and a
/// missing permission are values in its [ProbeReading]. It is asked by one thread at a time, and
/// asking again is how it recovers.
public interface DeviceProbe extends AutoCloseable {

  /// What samples of this probe name as their source.
  SampleSource source();

  /// Reads all devices, now.
  ProbeReading read();

  @Override
  void close();
}

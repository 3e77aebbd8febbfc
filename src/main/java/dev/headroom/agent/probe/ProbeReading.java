package dev.headroom.agent.probe;

import java.util.List;

/// The result of one reading by a [DeviceProbe].
public sealed interface ProbeReading {

  /// The devices that answered, and what could not be read of them or of others.
  record Devices(List<DeviceReading> devices, List<ReadFailure> failures) implements ProbeReading {
    public Devices {
      devices = List.copyOf(devices);
      failures = List.copyOf(failures);
    }
  }

  /// No device can be read at all.
  ///
  /// @param failure the call that said so, to be counted
  /// @param sentence what is missing and what to do about it
  record Unavailable(ReadFailure failure, String sentence) implements ProbeReading {}
}

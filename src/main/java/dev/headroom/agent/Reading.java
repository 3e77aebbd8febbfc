package dev.headroom.agent;

import java.util.List;

/// What a [DeviceProbe] saw when it was asked.
public sealed interface Reading {

  /// The devices that answered, and what could not be read of them or of others.
  record Devices(List<DeviceReading> devices, List<Trouble> troubles) implements Reading {
    public Devices {
      devices = List.copyOf(devices);
      troubles = List.copyOf(troubles);
    }
  }

  /// No device can be read at all.
  ///
  /// @param trouble the call that said so, to be counted
  /// @param sentence what is missing and what to do about it
  record Unavailable(Trouble trouble, String sentence) implements Reading {}
}

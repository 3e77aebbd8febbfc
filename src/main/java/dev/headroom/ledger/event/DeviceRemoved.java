package dev.headroom.ledger.event;

import dev.headroom.sample.NameRules;

/// A GPU is gone: the null value of the device samples' topic.
public record DeviceRemoved(String gpu) implements JobEvent {

  public DeviceRemoved {
    NameRules.requireGpu(gpu);
  }
}

package dev.headroom.ledger;

/// A GPU is gone: the null value of the device samples' topic.
public record DeviceRemoved(String gpu) implements JobEvent {

  public DeviceRemoved {
    Labels.requireGpu(gpu);
  }
}

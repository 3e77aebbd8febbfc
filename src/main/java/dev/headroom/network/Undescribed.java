package dev.headroom.network;

/// A model whose producer could not describe it: such a job is shown, measured and not predicted.
public record Undescribed(String reason) implements ModelDescription {

  public Undescribed {
    if (reason.isBlank()) {
      throw new IllegalArgumentException("unsupported without a reason");
    }
  }
}

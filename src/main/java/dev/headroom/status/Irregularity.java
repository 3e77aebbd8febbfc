package dev.headroom.status;

/// What is not as it should be about a record that is taken all the same.
public enum Irregularity {
  /// A sample is on another partition than Kafka's Java client chooses for its job.
  FOREIGN_PARTITION("foreign_partition"),
  /// Its producer's clock is ahead of the monitor's.
  FUTURE_TIMESTAMP("future_timestamp");

  private final String wireName;

  Irregularity(String wireName) {
    this.wireName = wireName;
  }

  /// The name in metrics.
  public String wireName() {
    return wireName;
  }
}

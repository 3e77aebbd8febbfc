package dev.headroom.ledger.state;

/// The state a job is in.
public enum JobStatus {
  /// Its configuration is known; nothing was measured yet.
  REGISTERED("registered"),
  /// Up to its second optimizer step, when all that it will hold has appeared.
  STARTING("starting"),
  RUNNING("running"),
  /// No sample for a minute.
  SILENT("silent"),
  COMPLETED("completed"),
  FAILED("failed"),
  OUT_OF_MEMORY("out_of_memory");

  private final String wireName;

  JobStatus(String wireName) {
    this.wireName = wireName;
  }

  /// The name in metrics and JSON.
  public String wireName() {
    return wireName;
  }
}

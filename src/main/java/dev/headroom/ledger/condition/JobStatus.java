package dev.headroom.ledger.condition;

/// The names of the states that a job can be in; `JobCondition` has the rule of each.
public enum JobStatus {
  REGISTERED("registered"),
  STARTING("starting"),
  LEAKING("leaking"),
  DRIFTING("drifting"),
  FRAGMENTING("fragmenting"),
  OVER_RESERVED("over_reserved"),
  UNPREDICTED("unpredicted"),
  WITHIN_BUDGET("within_budget"),
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

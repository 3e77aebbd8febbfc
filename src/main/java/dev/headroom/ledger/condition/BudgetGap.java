package dev.headroom.ledger.condition;

/// The reasons why a job has no budget; `MissingBudget` has the words of each.
public enum BudgetGap {
  /// No layer config of the job came.
  NO_CONFIG("no_config"),
  /// The config that came is of one run, the samples are of another.
  OTHER_RUN("other_run"),
  /// The newest config that came was refused.
  REFUSED("refused"),
  /// The config that came cannot be predicted.
  UNSUPPORTED("unsupported");

  private final String wireName;

  BudgetGap(String wireName) {
    this.wireName = wireName;
  }

  /// The name in metrics and JSON.
  public String wireName() {
    return wireName;
  }
}

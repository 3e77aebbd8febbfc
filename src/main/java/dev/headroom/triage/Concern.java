package dev.headroom.triage;

/// What is wrong with a job, the worst first.
public enum Concern {
  /// It ended because its GPU was full.
  OUT_OF_MEMORY("out_of_memory", Severity.CRITICAL),
  /// At its present growth its GPU is full within ten minutes.
  FULL_SOON("full_soon", Severity.CRITICAL),
  /// At its present growth its GPU is full within half an hour.
  FULL_LATER("full_later", Severity.WARNING),
  /// The jobs on one of its GPUs do not fit together once each has reached its peak.
  OVER_COMMITTED("over_committed", Severity.WARNING),
  /// Allocated or reserved is more than a tenth and 512 MiB above the budget.
  OVER_BUDGET("over_budget", Severity.WARNING),
  /// What it holds rises from step to step.
  LEAKING("leaking", Severity.WARNING),
  /// It holds other than what is expected of it.
  DRIFTING("drifting", Severity.WARNING),
  /// It grows by more than 16 KiB a second.
  GROWING("growing", Severity.WARNING),
  /// It ended by an error other than memory.
  FAILED("failed", Severity.WARNING),
  /// Allocated or reserved is more than a tenth above the budget, by less than 512 MiB.
  SLIGHTLY_OVER_BUDGET("slightly_over_budget", Severity.NOTICE),
  /// Its allocator keeps much that it cannot use.
  FRAGMENTING("fragmenting", Severity.NOTICE),
  /// It reserves much more than it needs.
  OVER_RESERVED("over_reserved", Severity.NOTICE),
  /// One rank was seen on two hosts at a time: its figures are mixed.
  CONTESTED("contested", Severity.NOTICE),
  /// No sample came for a while.
  SILENT("silent", Severity.NOTICE),
  /// It has no layer config, or one that cannot be predicted.
  NO_BUDGET("no_budget", Severity.NOTICE);

  private final String wireName;
  private final Severity severity;

  Concern(String wireName, Severity severity) {
    this.wireName = wireName;
    this.severity = severity;
  }

  /// The name in JSON.
  public String wireName() {
    return wireName;
  }

  public Severity severity() {
    return severity;
  }
}

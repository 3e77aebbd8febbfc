package dev.headroom.plan.fit;

/// Whether a job fits.
public enum FitVerdict {
  /// Nineteen of twenty such jobs do.
  FITS_AT_P95("fits_at_p95"),
  /// Half of them do, but not nineteen of twenty: it may run out of memory.
  FITS_AT_P50("fits_at_p50"),
  /// More than half of them do not.
  DOES_NOT_FIT("does_not_fit");

  private final String wireName;

  FitVerdict(String wireName) {
    this.wireName = wireName;
  }

  public String wireName() {
    return wireName;
  }
}

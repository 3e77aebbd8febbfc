package dev.headroom.plan.fit;

import dev.headroom.gpu.CudaDevice;
import dev.headroom.memory.MemorySize;

/// How one rank of a job fits on a device.
///
/// @param outOfMemory the probability, 0 to 1, that it needs more than there is
public record Fit(CudaDevice device, Spread spread, double outOfMemory) {

  public static Fit of(CudaDevice device, Spread spread) {
    return new Fit(device, spread, spread.exceeding(device.usable()));
  }

  public FitVerdict verdict() {
    MemorySize usable = device.usable();
    if (spread.p95().compareTo(usable) <= 0) {
      return FitVerdict.FITS_AT_P95;
    }
    return spread.p50().compareTo(usable) <= 0 ? FitVerdict.FITS_AT_P50 : FitVerdict.DOES_NOT_FIT;
  }

  /// Whether nineteen of twenty such jobs fit.
  public boolean fits() {
    return verdict() == FitVerdict.FITS_AT_P95;
  }

  /// What is left above the 95th percentile, bytes; negative where that much is missing.
  public long headroom() {
    return device.usable().bytes() - spread.p95().bytes();
  }
}

package dev.headroom.ledger.state;

import dev.headroom.sample.SampleSource;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// The newest time of each source on one placement, in nanoseconds since 1970; zero is never.
public record LastSampleTimes(long nvml, long cuda, long framework, long unnamed) {

  static final LastSampleTimes NEVER = new LastSampleTimes(0, 0, 0, 0);

  private static final long NANOS = 1_000_000_000L;

  public static long nanos(Instant time) {
    return Math.addExact(Math.multiplyExact(time.getEpochSecond(), NANOS), time.getNano());
  }

  public long of(@Nullable SampleSource source) {
    return switch (source) {
      case NVML -> nvml;
      case CUDA -> cuda;
      case FRAMEWORK -> framework;
      case null -> unnamed;
    };
  }

  LastSampleTimes with(@Nullable SampleSource source, long nanos) {
    return switch (source) {
      case NVML -> new LastSampleTimes(nanos, cuda, framework, unnamed);
      case CUDA -> new LastSampleTimes(nvml, nanos, framework, unnamed);
      case FRAMEWORK -> new LastSampleTimes(nvml, cuda, nanos, unnamed);
      case null -> new LastSampleTimes(nvml, cuda, framework, nanos);
    };
  }

  LastSampleTimes with(LastSampleTimes other) {
    return new LastSampleTimes(
        Math.max(nvml, other.nvml),
        Math.max(cuda, other.cuda),
        Math.max(framework, other.framework),
        Math.max(unnamed, other.unnamed));
  }

  public long newest() {
    return Math.max(Math.max(nvml, cuda), Math.max(framework, unnamed));
  }
}

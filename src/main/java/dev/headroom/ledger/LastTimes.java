package dev.headroom.ledger;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// The newest time of each source on one placement, in nanoseconds since 1970; zero is never.
public record LastTimes(long nvml, long cuda, long framework, long unnamed) {

  static final LastTimes NEVER = new LastTimes(0, 0, 0, 0);

  private static final long NANOS = 1_000_000_000L;

  static long nanos(Instant time) {
    return Math.addExact(Math.multiplyExact(time.getEpochSecond(), NANOS), time.getNano());
  }

  long of(@Nullable Source source) {
    return switch (source) {
      case NVML -> nvml;
      case CUDA -> cuda;
      case FRAMEWORK -> framework;
      case null -> unnamed;
    };
  }

  LastTimes with(@Nullable Source source, long nanos) {
    return switch (source) {
      case NVML -> new LastTimes(nanos, cuda, framework, unnamed);
      case CUDA -> new LastTimes(nvml, nanos, framework, unnamed);
      case FRAMEWORK -> new LastTimes(nvml, cuda, nanos, unnamed);
      case null -> new LastTimes(nvml, cuda, framework, nanos);
    };
  }

  long newest() {
    return Math.max(Math.max(nvml, cuda), Math.max(framework, unnamed));
  }
}

package dev.headroom.api;

import dev.headroom.api.problem.Problem;
import jakarta.inject.Singleton;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.HttpHeaders;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;

/// Limits how many predictions and plans run at a time. A request beyond the limit is answered at
/// once with 429 and `Retry-After`.
@Singleton
final class ConcurrencyLimit {

  private static final int RETRY_SECONDS = 1;

  private final Semaphore free;

  ConcurrencyLimit(ApiSettings settings) {
    this.free = new Semaphore(settings.concurrentPredictions());
  }

  /// Works something out, in its turn.
  <T> T run(Supplier<T> work) {
    if (!free.tryAcquire()) {
      throw busy();
    }
    try {
      return work.get();
    } finally {
      free.release();
    }
  }

  private static WebApplicationException busy() {
    WebApplicationException busy =
        Problem.of(429, "too many predictions and plans at a time").exception();
    busy.getResponse().getHeaders().putSingle(HttpHeaders.RETRY_AFTER, RETRY_SECONDS);
    return busy;
  }
}

package dev.headroom.api;

import dev.headroom.api.problem.Problem;
import jakarta.inject.Singleton;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.HttpHeaders;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;

/// Predictions and plans take turns: a few at a time, and who comes then is told to come back
/// instead of waiting.
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

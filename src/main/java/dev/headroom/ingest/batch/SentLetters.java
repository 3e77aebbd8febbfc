package dev.headroom.ingest.batch;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The dead letters that were sent up to an instant. Thread-safe.
public final class SentLetters {

  private @Nullable SentLetters earlier;
  private int inFlight;

  /// @param earlier what has to be waited for as well
  SentLetters(@Nullable SentLetters earlier) {
    this.earlier = earlier == null || earlier.isDone() ? null : earlier;
  }

  synchronized void add() {
    inFlight++;
  }

  /// One has arrived or failed.
  synchronized void done() {
    inFlight--;
    notifyAll();
  }

  private synchronized boolean isDone() {
    return inFlight == 0 && earlier == null;
  }

  /// Waits until every letter of these has arrived or failed.
  ///
  /// @return whether it was so in time
  public boolean await(Duration timeout) throws InterruptedException {
    return await(System.nanoTime() + timeout.toNanos());
  }

  private boolean await(long deadline) throws InterruptedException {
    SentLetters before;
    synchronized (this) {
      before = earlier;
    }
    return (before == null || before.await(deadline)) && awaitAlone(deadline);
  }

  private synchronized boolean awaitAlone(long deadline) throws InterruptedException {
    while (inFlight > 0) {
      long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
      if (left <= 0) {
        return false;
      }
      wait(left);
    }
    earlier = null;
    return true;
  }
}

package dev.headroom.cli.load;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/// Pages that are open: each follows the list of jobs and counts what it is told.
final class EventSubscribers implements AutoCloseable {

  private final HttpClient http = HttpClient.newHttpClient();
  private final LongAdder events = new LongAdder();
  private final LongAdder bytes = new LongAdder();
  private final AtomicInteger open = new AtomicInteger();
  private final long start = System.nanoTime();

  /// What one of them was told, a second, uncompressed.
  record Told(int open, double eventsEach, double bytesEach) {}

  EventSubscribers(URI monitor, int count) {
    HttpRequest request =
        HttpRequest.newBuilder(monitor.resolve("/api/v1/events?view=jobs&limit=50"))
            .header("Accept", "text/event-stream")
            .build();
    for (int i = 0; i < count; i++) {
      CompletableFuture<HttpResponse<Void>> stream = http.sendAsync(request, this::reader);
      var _ = stream.whenComplete((_, _) -> open.decrementAndGet());
      open.incrementAndGet();
    }
  }

  private HttpResponse.BodySubscriber<Void> reader(HttpResponse.ResponseInfo answer) {
    return answer.statusCode() == 200
        ? HttpResponse.BodySubscribers.fromLineSubscriber(new Lines())
        : HttpResponse.BodySubscribers.discarding();
  }

  private final class Lines implements Flow.Subscriber<String> {

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
      subscription.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(String line) {
      bytes.add(line.length() + 1L);
      if (line.startsWith("event:")) {
        events.increment();
      }
    }

    @Override
    public void onError(Throwable why) {}

    @Override
    public void onComplete() {}
  }

  Told told() {
    double seconds = (System.nanoTime() - start) / 1e9;
    int count = Math.max(1, open.get());
    return new Told(open.get(), events.sum() / seconds / count, bytes.sum() / seconds / count);
  }

  @Override
  public void close() {
    http.shutdownNow();
  }
}

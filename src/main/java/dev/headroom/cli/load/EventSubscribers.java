package dev.headroom.cli.load;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.zip.GZIPInputStream;

/// Pages that are open: each follows the list of jobs, compressed as a browser has it, and counts
/// what it is told.
final class EventSubscribers implements AutoCloseable {

  private final HttpClient http = HttpClient.newHttpClient();
  private final LongAdder events = new LongAdder();
  private final LongAdder bytes = new LongAdder();
  private final AtomicInteger open = new AtomicInteger();
  private final long start = System.nanoTime();

  /// What one of them was told, a second.
  ///
  /// @param bytesEach compressed
  record Told(int open, double eventsEach, double bytesEach) {}

  EventSubscribers(URI monitor, int count) {
    HttpRequest request =
        HttpRequest.newBuilder(monitor.resolve("/api/v1/events?view=jobs&offset=0&limit=100"))
            .header("Accept", "text/event-stream")
            .header("Accept-Encoding", "gzip")
            .build();
    for (int i = 0; i < count; i++) {
      var _ = Thread.ofVirtual().start(() -> follow(request));
    }
  }

  private void follow(HttpRequest request) {
    try {
      HttpResponse<InputStream> answer =
          http.send(request, HttpResponse.BodyHandlers.ofInputStream());
      try (var lines =
          new BufferedReader(
              new InputStreamReader(new GZIPInputStream(new Counted(answer.body())), UTF_8))) {
        open.incrementAndGet();
        try {
          for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            if (line.startsWith("event:")) {
              events.increment();
            }
          }
        } finally {
          open.decrementAndGet();
        }
      }
    } catch (IOException e) {
      // Refused, or the load is over: it is not among the open ones.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private final class Counted extends FilterInputStream {

    private Counted(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      int value = super.read();
      bytes.add(value < 0 ? 0 : 1);
      return value;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      int count = super.read(buffer, offset, length);
      bytes.add(Math.max(0, count));
      return count;
    }
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

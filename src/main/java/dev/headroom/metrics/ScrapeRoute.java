package dev.headroom.metrics;

import dev.headroom.metrics.text.ChunkedBytes;
import dev.headroom.metrics.text.TextFormat;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.MIMEHeader;
import io.vertx.ext.web.ParsedHeaderValue;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/// Answers `GET /metrics`, filtered by `?name[]=…`. Worker threads render it from an immutable
/// snapshot, so that neither ingestion nor other requests wait.
@Singleton
final class ScrapeRoute {

  private final Scrape scrape;
  private final Semaphore permits;
  private final long millisToRead;

  ScrapeRoute(Scrape scrape, MetricsSettings settings) {
    this.scrape = scrape;
    this.permits = new Semaphore(settings.concurrentScrapes());
    this.millisToRead = TimeUnit.SECONDS.toMillis(settings.secondsToRead());
  }

  void register(@Observes Router router) {
    router
        .route("/metrics")
        .method(HttpMethod.GET)
        .method(HttpMethod.HEAD)
        .blockingHandler(this::answer, false);
  }

  private void answer(RoutingContext context) {
    HttpServerResponse response = context.response();
    if (response.closed()) {
      return;
    }
    if (!permits.tryAcquire()) {
      response
          .setStatusCode(503)
          .putHeader(HttpHeaders.RETRY_AFTER, "1")
          .putHeader(HttpHeaders.CONTENT_TYPE, "application/problem+json")
          .end(
              "{\"type\":\"about:blank\",\"title\":\"Service"
                  + " Unavailable\",\"status\":503,\"detail\":\"too many scrapes at a time:"
                  + " headroom.metrics.concurrent-scrapes\"}");
      return;
    }
    releaseWhenRead(context);
    TextFormat format = format(context.parsedHeaders().accept());
    boolean gzip = weight(context.parsedHeaders().acceptEncoding(), "gzip") > 0;
    var body = new ChunkedBytes();
    scrape.write(body, format, gzip, Set.copyOf(context.queryParam("name[]")));
    response.putHeader(HttpHeaders.CONTENT_TYPE, format.contentType());
    response.putHeader(HttpHeaders.VARY, "Accept, Accept-Encoding");
    if (gzip) {
      response.putHeader(HttpHeaders.CONTENT_ENCODING, "gzip");
    }
    response.putHeader(HttpHeaders.CONTENT_LENGTH, Long.toString(body.length()));
    if (!HttpMethod.HEAD.equals(context.request().method())) {
      body.chunks().forEach(response::write);
    }
    response.end();
  }

  /// A turn lasts until the client has everything; one that reads too slowly is cut off, so that it
  /// cannot keep the others from theirs. Of a client that had gone before its turn no end is heard:
  /// the time ends that turn, too.
  private void releaseWhenRead(RoutingContext context) {
    var isReleased = new AtomicBoolean();
    Runnable release =
        () -> {
          if (isReleased.compareAndSet(false, true)) {
            permits.release();
          }
        };
    long timer =
        context
            .vertx()
            .setTimer(
                millisToRead,
                _ -> {
                  context.request().connection().close();
                  release.run();
                });
    context.addEndHandler(
        _ -> {
          context.vertx().cancelTimer(timer);
          release.run();
        });
  }

  /// OpenMetrics where a client prefers it, else the older format, which every client reads.
  private static TextFormat format(List<MIMEHeader> accepted) {
    float wanted = weight(accepted, "application/openmetrics-text");
    return wanted > 0 && wanted >= weight(accepted, "text/plain")
        ? TextFormat.OPEN_METRICS
        : TextFormat.TEXT;
  }

  /// How much a client wants something that it names; 0 where it does not, or says so with `q=0`.
  private static float weight(List<? extends ParsedHeaderValue> accepted, String value) {
    float most = 0;
    for (ParsedHeaderValue each : accepted) {
      most = value.equalsIgnoreCase(each.value()) ? Math.max(most, each.weight()) : most;
    }
    return most;
  }
}

package dev.headroom.api;

import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.util.function.Consumer;

/// Routes of Vert.x on a free port, without the rest of the monitor, and a client of theirs.
public final class ServedRoutes implements AutoCloseable {

  private final Vertx vertx = Vertx.vertx();
  private final HttpClient client = HttpClient.newHttpClient();
  private final int port;

  public ServedRoutes(Consumer<Router> routes) throws Exception {
    Router router = Router.router(vertx);
    routes.accept(router);
    port =
        vertx
            .createHttpServer()
            .requestHandler(router)
            .listen(0, "127.0.0.1")
            .toCompletionStage()
            .toCompletableFuture()
            .get()
            .actualPort();
  }

  public HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path));
  }

  public HttpClient client() {
    return client;
  }

  @Override
  public void close() {
    client.close();
    var _ = vertx.close();
  }
}

package dev.headroom.management;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.concurrent.CompletionException;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// Answers `/metrics` and `/q/health` on a port of their own, where one is set; the monitor's own
/// port then answers everything else.
///
/// Quarkus' management interface is switched on when an application is built, not when it is run;
/// this one is a second door to the same routes, with the same limits and permissions.
@Singleton
final class ManagementPort {

  private static final Logger LOG = Logger.getLogger(ManagementPort.class);

  private final Vertx vertx;
  private final ManagementSettings settings;
  private @Nullable Router router;
  private volatile @Nullable HttpServer server;

  ManagementPort(Vertx vertx, ManagementSettings settings) {
    this.vertx = vertx;
    this.settings = settings;
  }

  void register(@Observes Router routes) {
    if (settings.port().isPresent()) {
      routes.route().order(Integer.MIN_VALUE).handler(this::sort);
      router = routes;
    }
  }

  /// @throws ConfigurationException if the port cannot be had
  void open(@Observes StartupEvent event) {
    if (router != null) {
      var options =
          new HttpServerOptions().setHost(settings.host()).setPort(settings.port().orElseThrow());
      try {
        server =
            vertx
                .createHttpServer(options)
                .requestHandler(router)
                .listen()
                .toCompletionStage()
                .toCompletableFuture()
                .join();
      } catch (CompletionException e) {
        throw new ConfigurationException(
            "headroom.management.port %d of %s cannot be had: %s"
                .formatted(options.getPort(), options.getHost(), e.getCause()));
      }
      LOG.infof("probes and scrapes are answered on http://%s:%d", settings.host(), port());
    }
  }

  void close(@Observes ShutdownEvent event) {
    if (server != null) {
      server.close().toCompletionStage().toCompletableFuture().join();
    }
  }

  /// The port it listens on; 0 while it does not.
  int port() {
    HttpServer open = server;
    return open == null ? 0 : open.actualPort();
  }

  private void sort(RoutingContext context) {
    boolean isHere = context.request().localAddress().port() == port();
    if (isHere == isManagement(context.normalizedPath())) {
      context.next();
    } else {
      context.fail(404);
    }
  }

  private static boolean isManagement(String path) {
    return path.equals("/metrics") || path.equals("/q/health") || path.startsWith("/q/health/");
  }
}

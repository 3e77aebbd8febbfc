package dev.headroom.api.problem;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.runtime.configuration.MemorySize;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/// Answers with a problem document where a request fails before it reaches a resource: a body that
/// is too long, an unknown path, a client without credentials.
@Singleton
final class ProblemRoute {

  private final ObjectMapper json;
  private final long longestBody;

  ProblemRoute(
      ObjectMapper json,
      @ConfigProperty(name = "quarkus.http.limits.max-body-size") MemorySize longestBody) {
    this.json = json;
    this.longestBody = longestBody.asLongValue();
  }

  /// After the headers that every answer has, before the framework looks at the body.
  void register(@Observes Router router) {
    router
        .route()
        .order(Integer.MIN_VALUE + 1)
        .handler(this::measured)
        .failureHandler(this::failed);
  }

  /// Refuses a body by its announced length; the framework would too, but without saying why.
  private void measured(RoutingContext context) {
    if (announced(context) <= longestBody) {
      context.next();
      return;
    }
    // What follows on this connection is the body, not another request.
    context.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
    context.addEndHandler(_ -> context.request().connection().close());
    context.fail(413);
  }

  private static long announced(RoutingContext context) {
    String length = context.request().getHeader(HttpHeaders.CONTENT_LENGTH);
    try {
      return length == null ? 0 : Long.parseLong(length);
    } catch (NumberFormatException e) {
      // The framework refuses it.
      return 0;
    }
  }

  private void failed(RoutingContext context) {
    int status = context.statusCode();
    HttpServerResponse response = context.response();
    if (status < 400 || status >= 500 || response.ended() || response.headWritten()) {
      context.next();
      return;
    }
    response
        .setStatusCode(status)
        .putHeader(HttpHeaders.CONTENT_TYPE, Problem.MEDIA_TYPE)
        .end(text(Problem.of(status, detail(status, context.normalizedPath()))));
  }

  private String detail(int status, String path) {
    return switch (status) {
      case 401 -> path + " needs credentials";
      case 403 -> "not allowed: " + path;
      case 404 -> "nothing is at " + path;
      case 413 ->
          "the body is longer than %d bytes: quarkus.http.limits.max-body-size"
              .formatted(longestBody);
      default -> "the request could not be read";
    };
  }

  private String text(Problem problem) {
    try {
      return json.writeValueAsString(problem);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a problem is four plain fields", e);
    }
  }
}

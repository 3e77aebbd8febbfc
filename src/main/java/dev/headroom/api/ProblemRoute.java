package dev.headroom.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

/// Problems also where a request fails before it comes to a resource: a body that is too long, a
/// path outside the API, a client that may not come in.
@Singleton
final class ProblemRoute {

  private final ObjectMapper json;

  ProblemRoute(ObjectMapper json) {
    this.json = json;
  }

  void register(@Observes Router router) {
    router.route().order(Integer.MIN_VALUE).failureHandler(this::failed);
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

  private static String detail(int status, String path) {
    return switch (status) {
      case 401 -> path + " wants to know who asks";
      case 403 -> "not allowed: " + path;
      case 404 -> "nothing is at " + path;
      case 413 -> "the body is longer than quarkus.http.limits.max-body-size";
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

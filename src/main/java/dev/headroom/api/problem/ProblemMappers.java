package dev.headroom.api.problem;

import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/// Maps every error of the API to a problem document, those of the framework too.
final class ProblemMappers {

  private static final Logger LOG = Logger.getLogger(ProblemMappers.class);

  @ServerExceptionMapper
  Response refused(WebApplicationException refusal, UriInfo uri) {
    Response response = refusal.getResponse();
    if (response.getEntity() != null) {
      return response;
    }
    if (refusal instanceof NotFoundException
        && refusal.getCause() instanceof RuntimeException bad) {
      // The path is there; the framework could not read one of the parameters.
      return Problem.of(400, unread(String.valueOf(bad.getMessage()), uri)).response();
    }
    Response problem =
        Problem.of(response.getStatus(), detail(response.getStatus(), uri)).response();
    response.getHeaders().forEach((name, values) -> problem.getHeaders().put(name, values));
    problem.getHeaders().putSingle(HttpHeaders.CONTENT_TYPE, Problem.MEDIA_TYPE);
    if (response.getStatus() == 405) {
      problem.getHeaders().putSingle(HttpHeaders.ALLOW, AllowedMethods.of(uri.getPath()));
    }
    return problem;
  }

  @ServerExceptionMapper
  Response failed(RuntimeException failure, UriInfo uri) {
    LOG.errorf(failure, "no answer to %s", uri.getPath());
    return Problem.of(500, "the monitor failed; its log says why").response();
  }

  /// Names the parameter: all that the framework reads itself are numbers, and the JDK quotes what
  /// is none.
  private static String unread(String message, UriInfo uri) {
    for (var parameter : uri.getQueryParameters().entrySet()) {
      for (String value : parameter.getValue()) {
        if (message.contains("\"%s\"".formatted(value))) {
          return "%s is no whole number: %s".formatted(parameter.getKey(), Parameters.shown(value));
        }
      }
    }
    return "a parameter could not be read: " + message;
  }

  private static String detail(int status, UriInfo uri) {
    return switch (status) {
      case 404 -> "nothing is at " + uri.getPath();
      case 405 -> uri.getPath() + " does not answer this method";
      case 406 -> uri.getPath() + " has no answer of a media type that Accept takes";
      case 415 -> uri.getPath() + " takes application/json";
      default -> "the request could not be read";
    };
  }
}

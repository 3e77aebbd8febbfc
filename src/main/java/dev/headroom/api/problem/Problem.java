package dev.headroom.api.problem;

import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Response;
import java.util.Map;

/// A problem document: why a request was refused (RFC 9457).
///
/// @param title of the status
/// @param detail names the expression and the value
public record Problem(String type, String title, int status, String detail) {

  public static final String MEDIA_TYPE = "application/problem+json";

  /// Titles of statuses that JAX-RS has no name for.
  private static final Map<Integer, String> TITLES = Map.of(429, "Too Many Requests");

  public static Problem of(int status, String detail) {
    Response.Status known = Response.Status.fromStatusCode(status);
    String title = known == null ? TITLES.getOrDefault(status, "Error") : known.getReasonPhrase();
    return new Problem("about:blank", title, status, detail);
  }

  Response response() {
    return Response.status(status).type(MEDIA_TYPE).entity(this).build();
  }

  /// Ends a request with this.
  public WebApplicationException exception() {
    return new WebApplicationException(detail, response());
  }
}

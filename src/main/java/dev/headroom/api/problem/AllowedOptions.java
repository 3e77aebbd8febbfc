package dev.headroom.api.problem;

import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;
import org.jspecify.annotations.Nullable;

/// Answers OPTIONS with the methods of the path, and not, as the framework does, with those of all
/// paths of a class.
final class AllowedOptions {

  @ServerRequestFilter(preMatching = true)
  @Nullable Response answer(ContainerRequestContext request) {
    if (!request.getMethod().equals(HttpMethod.OPTIONS)) {
      return null;
    }
    String allowed = AllowedMethods.of(request.getUriInfo().getPath());
    return allowed.isEmpty() ? null : Response.ok().header(HttpHeaders.ALLOW, allowed).build();
  }
}

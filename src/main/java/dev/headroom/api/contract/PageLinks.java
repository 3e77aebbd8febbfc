package dev.headroom.api.contract;

import dev.headroom.api.view.Paged;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Link;
import jakarta.ws.rs.core.UriInfo;
import org.jboss.resteasy.reactive.server.ServerResponseFilter;

/// Says in the header Link where the next page is (RFC 8288).
final class PageLinks {

  @ServerResponseFilter
  void addNext(ContainerResponseContext response, UriInfo uri) {
    if (response.getEntity() instanceof Paged page && page.next() != null) {
      String next =
          uri.getRequestUriBuilder().replaceQueryParam("after", page.next()).build().toString();
      response
          .getHeaders()
          .add(HttpHeaders.LINK, Link.fromUri(next).rel("next").build().toString());
    }
  }
}

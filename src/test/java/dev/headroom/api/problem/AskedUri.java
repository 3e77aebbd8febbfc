package dev.headroom.api.problem;

import jakarta.ws.rs.core.MultivaluedHashMap;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.core.UriInfo;
import java.lang.reflect.Proxy;

/// What a resource is told of the address that was asked for: its path and its parameters.
public final class AskedUri {

  private AskedUri() {}

  /// An address with a path and parameters.
  ///
  /// @param query names and values by turns
  public static UriInfo of(String path, String... query) {
    MultivaluedMap<String, String> parameters = new MultivaluedHashMap<>();
    for (int i = 0; i < query.length; i += 2) {
      parameters.add(query[i], query[i + 1]);
    }
    return (UriInfo)
        Proxy.newProxyInstance(
            AskedUri.class.getClassLoader(),
            new Class<?>[] {UriInfo.class},
            (_, method, _) ->
                switch (method.getName()) {
                  case "getPath" -> path;
                  case "getQueryParameters" -> parameters;
                  default -> throw new UnsupportedOperationException(method.getName());
                });
  }
}

package dev.headroom.api.contract;

import dev.headroom.api.problem.Problem;
import jakarta.inject.Singleton;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.UriInfo;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.resteasy.reactive.RestQuery;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;

/// Refuses query parameters that a resource does not have: misspelt, they would change nothing.
@Singleton
final class KnownParameters {

  private static final int SHOWN = 80;

  private final Map<Method, Set<String>> known = new ConcurrentHashMap<>();

  @ServerRequestFilter
  void requireKnown(ResourceInfo resource, UriInfo uri) {
    Set<String> names =
        known.computeIfAbsent(resource.getResourceMethod(), KnownParameters::namesOf);
    for (String asked : uri.getQueryParameters().keySet()) {
      if (!names.contains(asked)) {
        throw Problem.of(
                400,
                "parameter unknown: %s (known: %s)"
                    .formatted(
                        asked.substring(0, Math.min(asked.length(), SHOWN)),
                        names.isEmpty() ? "none" : String.join(", ", names)))
            .exception();
      }
    }
  }

  private static Set<String> namesOf(Method method) {
    var names = new TreeSet<String>();
    for (Parameter parameter : method.getParameters()) {
      if (parameter.isAnnotationPresent(BeanParam.class)) {
        for (Field field : parameter.getType().getDeclaredFields()) {
          add(field, field.getName(), names);
        }
      } else {
        add(parameter, parameter.getName(), names);
      }
    }
    return names;
  }

  private static void add(AnnotatedElement declared, String name, Set<String> names) {
    RestQuery query = declared.getAnnotation(RestQuery.class);
    QueryParam standard = declared.getAnnotation(QueryParam.class);
    if (query != null) {
      names.add(query.value().isEmpty() ? name : query.value());
    } else if (standard != null) {
      names.add(standard.value());
    }
  }
}

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
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.resteasy.reactive.RestQuery;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;

/// Refuses query parameters that would change nothing: those that a resource does not have, those
/// that are there twice, numbers that are empty.
@Singleton
final class KnownParameters {

  private static final int SHOWN = 80;

  private final Map<Method, Map<String, Class<?>>> known = new ConcurrentHashMap<>();

  @ServerRequestFilter
  void requireKnown(ResourceInfo resource, UriInfo uri) {
    Map<String, Class<?>> types =
        known.computeIfAbsent(resource.getResourceMethod(), KnownParameters::typesOf);
    uri.getQueryParameters().forEach((asked, values) -> require(types, asked, values));
  }

  private static void require(Map<String, Class<?>> types, String asked, List<String> values) {
    Class<?> type = types.get(asked);
    if (type == null) {
      throw Problem.of(
              400,
              "parameter unknown: %s (known: %s)"
                  .formatted(
                      asked.substring(0, Math.min(asked.length(), SHOWN)),
                      types.isEmpty() ? "none" : String.join(", ", types.keySet())))
          .exception();
    }
    if (values.size() > 1 && type != List.class) {
      throw Problem.of(400, asked + " is there twice").exception();
    }
    boolean isNumber = type == int.class || type == Integer.class;
    if (isNumber && values.getFirst().isBlank()) {
      throw Problem.of(400, asked + " is no number").exception();
    }
  }

  private static Map<String, Class<?>> typesOf(Method method) {
    var types = new TreeMap<String, Class<?>>();
    for (Parameter parameter : method.getParameters()) {
      if (parameter.isAnnotationPresent(BeanParam.class)) {
        for (Field field : parameter.getType().getDeclaredFields()) {
          add(field, field.getName(), field.getType(), types);
        }
      } else {
        add(parameter, parameter.getName(), parameter.getType(), types);
      }
    }
    return types;
  }

  private static void add(
      AnnotatedElement declared, String name, Class<?> type, Map<String, Class<?>> types) {
    RestQuery query = declared.getAnnotation(RestQuery.class);
    QueryParam standard = declared.getAnnotation(QueryParam.class);
    if (query != null) {
      types.put(query.value().isEmpty() ? name : query.value(), type);
    } else if (standard != null) {
      types.put(standard.value(), type);
    }
  }
}

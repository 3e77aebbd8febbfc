package dev.headroom.api.problem;

import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.container.DynamicFeature;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.FeatureContext;
import jakarta.ws.rs.ext.Provider;
import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedElement;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListSet;

/// Which methods a path answers: what an answer of 405 has to say (RFC 9110, 15.5.6).
///
/// The framework shows it each method of each resource when the monitor starts.
@Provider
public final class AllowedMethods implements DynamicFeature {

  /// By the pattern of a path.
  private static final Map<String, Set<String>> ALLOWED = new ConcurrentHashMap<>();

  @Override
  public void configure(ResourceInfo resource, FeatureContext context) {
    String path = path(resource.getResourceClass()) + path(resource.getResourceMethod());
    String pattern = path.replaceAll("\\{[^}]+}", "[^/]+");
    Set<String> methods = ALLOWED.computeIfAbsent(pattern, _ -> new ConcurrentSkipListSet<>());
    methods.add(HttpMethod.OPTIONS);
    for (Annotation each : resource.getResourceMethod().getAnnotations()) {
      HttpMethod method = each.annotationType().getAnnotation(HttpMethod.class);
      if (method != null) {
        methods.add(method.value());
        if (method.value().equals(HttpMethod.GET)) {
          methods.add(HttpMethod.HEAD);
        }
      }
    }
  }

  private static String path(AnnotatedElement annotated) {
    Path path = annotated.getAnnotation(Path.class);
    return path == null ? "" : path.value();
  }

  /// The methods of a path, as the header Allow writes them.
  static String of(String path) {
    var allowed = new TreeSet<String>();
    ALLOWED.forEach(
        (pattern, methods) -> {
          if (path.matches(pattern)) {
            allowed.addAll(methods);
          }
        });
    return String.join(", ", allowed);
  }
}

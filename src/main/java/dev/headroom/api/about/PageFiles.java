package dev.headroom.api.about;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Lets browsers keep the page's files but ask each time whether they are still so: their names do
/// not change with their content. Libraries have their version in their path and are kept.
@Singleton
final class PageFiles {

  private static final Pattern OWN = Pattern.compile("/|/(page/)?[a-z-]+\\.(html|js|css|svg)");

  /// Of the files that are there: no request can add another.
  private final Map<String, Optional<String>> tags = new ConcurrentHashMap<>();

  /// Before what serves them.
  void register(@Observes Router router) {
    router.route().order(Integer.MIN_VALUE + 2).handler(this::tag);
  }

  private void tag(RoutingContext context) {
    String path = context.normalizedPath();
    if (!OWN.matcher(path).matches()
        || !(context.request().method().equals(HttpMethod.GET)
            || context.request().method().equals(HttpMethod.HEAD))) {
      context.next();
      return;
    }
    Optional<String> tag = tagOf(path.equals("/") ? "/index.html" : path);
    if (tag.isEmpty()) {
      context.next();
      return;
    }
    context
        .response()
        .putHeader(HttpHeaders.CACHE_CONTROL, "no-cache")
        .putHeader(HttpHeaders.ETAG, tag.orElseThrow());
    if (tag.orElseThrow().equals(context.request().getHeader(HttpHeaders.IF_NONE_MATCH))) {
      context.response().setStatusCode(304).end();
    } else {
      context.next();
    }
  }

  private Optional<String> tagOf(String path) {
    Optional<String> known = tags.get(path);
    if (known != null) {
      return known;
    }
    Optional<String> tag = hash(path);
    if (tag.isPresent()) {
      tags.put(path, tag);
    }
    return tag;
  }

  /// Weak, since a compressed answer has other bytes.
  private static Optional<String> hash(String path) {
    try (@Nullable InputStream file =
        Thread.currentThread()
            .getContextClassLoader()
            .getResourceAsStream("META-INF/resources" + path)) {
      if (file == null) {
        return Optional.empty();
      }
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(file.readAllBytes());
      return Optional.of("W/\"" + HexFormat.of().formatHex(digest, 0, 12) + "\"");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}

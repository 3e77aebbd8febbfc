package dev.headroom.metrics.text;

import org.jspecify.annotations.Nullable;

/// The text formats that Prometheus reads.
public enum TextFormat {
  TEXT("text/plain; version=0.0.4; charset=utf-8"),
  OPEN_METRICS("application/openmetrics-text; version=1.0.0; charset=utf-8");

  private final String contentType;

  TextFormat(String contentType) {
    this.contentType = contentType;
  }

  public String contentType() {
    return contentType;
  }

  /// What a client asks for: OpenMetrics where it names that, else the older format, which every
  /// client reads.
  public static TextFormat accepted(@Nullable String accept) {
    return accept != null && accept.contains("application/openmetrics-text") ? OPEN_METRICS : TEXT;
  }
}

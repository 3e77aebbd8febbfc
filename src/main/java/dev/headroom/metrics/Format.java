package dev.headroom.metrics;

import org.jspecify.annotations.Nullable;

/// The formats in which Prometheus reads metrics as text.
enum Format {
  TEXT("text/plain; version=0.0.4; charset=utf-8"),
  OPEN_METRICS("application/openmetrics-text; version=1.0.0; charset=utf-8");

  private final String contentType;

  Format(String contentType) {
    this.contentType = contentType;
  }

  String contentType() {
    return contentType;
  }

  /// What a client asks for: OpenMetrics where it names that, else the older format, which every
  /// client reads.
  static Format accepted(@Nullable String accept) {
    return accept != null && accept.contains("application/openmetrics-text") ? OPEN_METRICS : TEXT;
  }
}

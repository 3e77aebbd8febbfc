package dev.headroom.client;

import java.util.Locale;

/** How a job ended. */
public enum Outcome {
  COMPLETED,
  FAILED,
  OUT_OF_MEMORY;

  String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }
}

package dev.headroom.client;

import java.util.Locale;

/** What a job is doing. */
public enum Phase {
  STARTUP,
  MODEL_LOADED,
  FORWARD,
  BACKWARD,
  OPTIMIZER_STEP,
  IDLE,
  EVALUATION,
  ENDED;

  String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }
}

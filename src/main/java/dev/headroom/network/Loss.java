package dev.headroom.network;

import java.util.List;
import java.util.Locale;

/// The loss over values of the network, one term for each, summed.
public record Loss(Kind kind, List<String> inputs) {

  public Loss {
    inputs = List.copyOf(inputs);
  }

  /// The function, by its name in layer configs.
  public enum Kind {
    CROSS_ENTROPY,
    BCE_WITH_LOGITS,
    MSE,
    L1,
    SMOOTH_L1,
    NONE;

    public String wireName() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}

package dev.headroom.agent.attribution;

import java.util.Optional;

/// Which pod a device was given to, by whoever gave it.
public interface PodNames {

  /// A pod's name in its namespace.
  record Pod(String namespace, String name) {}

  /// The pod that holds that GPU or MIG slice; empty where it is nobody's or nobody says.
  Optional<Pod> holding(String gpu);

  /// Nobody to ask.
  static PodNames none() {
    return gpu -> Optional.empty();
  }
}

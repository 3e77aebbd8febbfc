package dev.headroom.agent.attribution;

import java.util.List;
import java.util.Optional;

/// The names of the pods that hold a device.
public interface PodNames {

  /// A pod's name in its namespace.
  record Pod(String namespace, String name) {}

  /// The pods that hold that GPU or MIG slice: several where it is shared, none where it is
  /// nobody's or nobody says.
  List<Pod> holding(String gpu);

  /// Why nobody says, when last asked; empty where somebody does.
  Optional<String> problem();

  /// Nobody to ask.
  static PodNames none() {
    return new PodNames() {
      @Override
      public List<Pod> holding(String gpu) {
        return List.of();
      }

      @Override
      public Optional<String> problem() {
        return Optional.empty();
      }
    };
  }
}

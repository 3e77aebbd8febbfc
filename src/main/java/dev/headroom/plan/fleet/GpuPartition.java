package dev.headroom.plan.fleet;

import dev.headroom.gpu.MigGeometry;
import dev.headroom.gpu.MigProfile;
import java.util.List;

/// How a GPU of a fleet is given to jobs.
public sealed interface GpuPartition {

  GpuPartition WHOLE = new Whole();

  /// As one device.
  record Whole() implements GpuPartition {}

  /// As the MIG instances that it has.
  record Divided(List<MigProfile> instances) implements GpuPartition {

    public Divided {
      instances = List.copyOf(instances);
    }

    /// Some instances at a time.
    ///
    /// @throws IllegalArgumentException where a GPU cannot have these instances at a time
    public static Divided of(MigGeometry geometry, List<MigProfile> instances) {
      if (instances.isEmpty() || !geometry.allows(instances)) {
        throw new IllegalArgumentException(
            "MIG cannot divide a GPU so: "
                + String.join(", ", instances.stream().map(MigProfile::name).toList()));
      }
      return new Divided(instances);
    }
  }

  /// As whatever MIG instances the plan makes of it.
  record Divisible(MigGeometry geometry) implements GpuPartition {}
}

package dev.headroom.calibration;

import dev.headroom.network.setup.Framework;

/// What decides which jobs a job can learn from.
///
/// @param gpuModel as the catalogue of GPUs names it, or as the driver does where that lacks it
/// @param framework empty where unknown
/// @param model the network's name, empty where unknown
public record JobKind(String gpuModel, Framework framework, String model) {

  /// Versions that allocate alike: `pytorch 2.15`; empty where unknown.
  public String release() {
    if (!framework.isKnown()) {
      return "";
    }
    String[] parts = framework.version().split("\\.", 3);
    String minor = parts.length > 1 ? parts[0] + "." + parts[1] : parts[0];
    return framework.name() + " " + minor;
  }
}

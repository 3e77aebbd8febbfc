package dev.headroom.gpu;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// How MIG may divide a GPU.
///
/// An instance takes memory slices from one of its starts on, which no other instance has, and
/// compute slices, of which there are fewer than memory slices. NVIDIA Multi-Instance GPU User
/// Guide, "Supported MIG Profiles"; `nvidia-smi mig -lgipp` lists the starts.
public record MigGeometry(int computeSlices, int memorySlices, List<MigProfile> profiles) {

  /// @throws IllegalArgumentException naming the profile that lies outside the GPU
  public MigGeometry {
    profiles = List.copyOf(profiles);
    for (MigProfile profile : profiles) {
      for (int start : profile.starts()) {
        if (start < 0 || start + profile.memorySlices() > memorySlices || memorySlices > 32) {
          throw new IllegalArgumentException(
              "MIG profile lies outside the GPU: %s at %d".formatted(profile.name(), start));
        }
      }
    }
  }

  public Optional<MigProfile> profile(String name) {
    String wanted = plain(name);
    return profiles.stream().filter(profile -> plain(profile.name()).equals(wanted)).findFirst();
  }

  /// Whether one GPU can have all of these instances at a time.
  public boolean allows(List<MigProfile> instances) {
    var largestFirst = new ArrayList<>(instances);
    largestFirst.sort(Comparator.comparingInt(MigProfile::memorySlices).reversed());
    return allows(largestFirst, 0, MigSlices.NONE);
  }

  private boolean allows(List<MigProfile> instances, int next, MigSlices taken) {
    if (next == instances.size()) {
      return true;
    }
    MigProfile profile = instances.get(next);
    for (int start : profile.starts()) {
      if (taken.admits(this, profile, start)
          && allows(instances, next + 1, taken.with(profile, start))) {
        return true;
      }
    }
    return false;
  }

  private static String plain(String name) {
    return name.toLowerCase(Locale.ROOT).replaceAll("^mig|[^a-z0-9+]", "");
  }
}

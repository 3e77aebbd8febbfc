package dev.headroom.gpu;

import java.util.ArrayList;
import java.util.List;

/// What of a GPU is taken by MIG instances.
///
/// @param memory a bit for each memory slice that is taken
/// @param compute how many compute slices are
/// @param instances the profiles of those that take them
public record MigSlices(int memory, int compute, List<MigProfile> instances) {

  public static final MigSlices NONE = new MigSlices(0, 0, List.of());

  public MigSlices {
    instances = List.copyOf(instances);
  }

  /// Whether another instance that begins at `start` goes beside these.
  public boolean admits(MigGeometry geometry, MigProfile profile, int start) {
    if ((memory & bits(profile, start)) != 0
        || compute + profile.computeSlices() > geometry.computeSlices()) {
      return false;
    }
    int alike = 0;
    for (MigProfile instance : instances) {
      alike += instance.equals(profile) ? 1 : 0;
    }
    return alike < profile.most();
  }

  /// Where another instance would begin: as far up as it goes, for lower starts serve more
  /// profiles; −1 where it goes nowhere.
  public int start(MigGeometry geometry, MigProfile profile) {
    for (int i = profile.starts().size() - 1; i >= 0; i--) {
      if (admits(geometry, profile, profile.starts().get(i))) {
        return profile.starts().get(i);
      }
    }
    return -1;
  }

  /// These with another instance, which is admitted there.
  public MigSlices with(MigProfile profile, int start) {
    var more = new ArrayList<>(instances);
    more.add(profile);
    return new MigSlices(memory | bits(profile, start), compute + profile.computeSlices(), more);
  }

  private static int bits(MigProfile profile, int start) {
    return ((1 << profile.memorySlices()) - 1) << start;
  }
}

package dev.headroom.plan.placement;

import java.util.List;

/// A run of a job that has its GPUs.
///
/// @param replica from 0
/// @param ranks where each is
/// @param reason why there, for people
public record PlacedRun(Workload workload, int replica, List<PlacedRank> ranks, String reason) {

  public PlacedRun {
    ranks = List.copyOf(ranks);
  }
}

package dev.headroom.plan.placement;

/// Runs of a job that found no place.
///
/// @param reason why not, for people
public record LeftOver(Workload workload, int replicas, String reason) {}

package dev.headroom.simulator.job;

/// One rank of a simulated job: a process on a GPU of its own.
///
/// Ranks of a job have one golden run; what they hold beyond their allocator's segments differs.
///
/// @param number from 0
/// @param pid beyond which its processes' ids are, one for each run
public record SimulatedRank(int number, MemoryCurve curve, SimulatedGpu gpu, long pid) {

  /// The process of a run; each has its own.
  public long pid(int run) {
    return pid + run;
  }
}

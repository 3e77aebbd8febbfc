package dev.headroom.simulator.job;

/// A fault of a job: how its memory differs from that of its golden run.
public sealed interface JobFault {

  /// It holds what it should.
  record None() implements JobFault {}

  /// Everything is larger by a ratio, such as 0.2.
  record Drift(double ratio) implements JobFault {}

  /// It grows without end, until its GPU is full and the job dies of it.
  record Leak(long bytesPerSecond) implements JobFault {}

  /// It waits for its data for so long before its first step, and holds no more than the model.
  record Waits(long seconds) implements JobFault {}

  /// Its allocator keeps so many times what it should.
  record OverReserve(double factor) implements JobFault {}
}

package dev.headroom.simulator;

/// What is wrong with a job: how what it holds differs from the golden figure.
sealed interface Fault {

  /// It holds what it should.
  record None() implements Fault {}

  /// Everything is larger by a ratio, such as 0.2.
  record Drift(double ratio) implements Fault {}

  /// It grows without end, until its GPU is full and the job dies of it.
  record Leak(long bytesPerSecond) implements Fault {}

  /// Its allocator keeps so many times what it should.
  record OverReserve(double factor) implements Fault {}
}

package dev.headroom.ledger.state;

import dev.headroom.calibration.MeasuredSize;
import dev.headroom.ledger.growth.StepMaxima;
import dev.headroom.ledger.growth.Trend;
import dev.headroom.memory.MemorySize;
import dev.headroom.sample.JobPhase;
import dev.headroom.sample.MemorySample;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What a run's fullest rank held step by step, from its second optimizer step on.
///
/// @param besideBytes the most that its device held beside the process; -1 where nobody measured
///     both
/// @param risen when the run last reached a new peak; null before it did
public record StepPeaks(
    StepMaxima allocated,
    StepMaxima reserved,
    StepMaxima process,
    long besideBytes,
    @Nullable Instant risen) {

  public static final StepPeaks NONE =
      new StepPeaks(StepMaxima.NONE, StepMaxima.NONE, StepMaxima.NONE, -1, null);

  /// The optimizer step from which on all that a job will hold has appeared.
  public static final long FIRST_STEP = 2;

  /// Peaks that nothing exceeded for so long have settled.
  static final Duration LEVEL = Duration.ofMinutes(5);

  /// As a summary tells: without the steps themselves.
  ///
  /// @param repeated what was held in two spans of steps at least
  public static StepPeaks restored(
      MemoryPeaks repeated, @Nullable MemorySize beside, @Nullable Instant risen) {
    return new StepPeaks(
        StepMaxima.restored(repeated.allocated()),
        StepMaxima.restored(repeated.reserved()),
        StepMaxima.restored(repeated.process()),
        beside == null ? -1 : beside.bytes(),
        risen);
  }

  /// The most that its device held beside the process; null where nobody measured both.
  public @Nullable MemorySize beside() {
    return besideBytes < 0 ? null : new MemorySize(besideBytes);
  }

  /// What was held in two spans of steps at least.
  public MemoryPeaks repeated() {
    return new MemoryPeaks(
        allocated.repeated().orElse(null),
        reserved.repeated().orElse(null),
        process.repeated().orElse(null));
  }

  /// The same of one size; empty before that, and of the device, which is not the job's alone.
  public Optional<MemorySize> repeated(MeasuredSize size) {
    return switch (size) {
      case ALLOCATED -> allocated.repeated();
      case RESERVED -> reserved.repeated();
      case PROCESS -> process.repeated();
      case DEVICE -> Optional.empty();
    };
  }

  /// How it grows: allocated; else reserved, else the process. Empty where nothing does.
  public Optional<Trend> trend() {
    return allocated.trend().or(reserved::trend).or(process::trend);
  }

  /// Whether a size still rises from span to span. What the allocator holds lies within process and
  /// device, and where it is measured it alone says so: it does not vary by itself.
  public boolean isRising(MeasuredSize size) {
    boolean isMeasured = !allocated.equals(StepMaxima.NONE) || !reserved.equals(StepMaxima.NONE);
    return switch (size) {
      case ALLOCATED -> allocated.isRising();
      case RESERVED -> allocated.isRising() || reserved.isRising();
      case PROCESS, DEVICE ->
          isMeasured ? allocated.isRising() || reserved.isRising() : process.isRising();
    };
  }

  /// How reserved grows, while allocated does not.
  public Optional<Trend> fragmentation() {
    return allocated.trend().isPresent() ? Optional.empty() : reserved.trend();
  }

  /// Whether something has grown over the whole window of five minutes.
  public boolean growsOverAll() {
    return (allocated.isFull() && allocated.trend().isPresent())
        || (reserved.isFull() && reserved.trend().isPresent())
        || (process.isFull() && process.trend().isPresent());
  }

  /// The steps after one more sample.
  ///
  /// @param step of its rank, null where nobody tells
  /// @param rises whether it has a new peak of the run
  @SuppressWarnings("ReferenceEquality") // what a sample does not change is the very same
  public StepPeaks after(MemorySample sample, @Nullable Long step, boolean rises, Instant now) {
    Instant newRisen = rises ? sample.time() : risen;
    if (isTooEarly(sample.phase(), step)) {
      return rises ? new StepPeaks(allocated, reserved, process, besideBytes, newRisen) : this;
    }
    MemorySample.Sizes sizes = sample.sizes();
    StepMaxima newAllocated = after(allocated, sizes.allocated(), sample, step, now);
    StepMaxima newReserved = after(reserved, sizes.reserved(), sample, step, now);
    StepMaxima newProcess = after(process, sizes.processUsed(), sample, step, now);
    long newBeside = Math.max(besideBytes, beside(sizes));
    boolean isSame =
        newAllocated == allocated
            && newReserved == reserved
            && newProcess == process
            && newBeside == besideBytes
            && newRisen == risen;
    return isSame
        ? this
        : new StepPeaks(newAllocated, newReserved, newProcess, newBeside, newRisen);
  }

  private static boolean isTooEarly(@Nullable JobPhase phase, @Nullable Long step) {
    return phase == JobPhase.STARTUP
        || phase == JobPhase.MODEL_LOADED
        || phase == JobPhase.ENDED
        || (step != null && step < FIRST_STEP);
  }

  private static StepMaxima after(
      StepMaxima maxima,
      @Nullable MemorySize size,
      MemorySample sample,
      @Nullable Long step,
      Instant now) {
    return size == null
        ? maxima
        : maxima.after(sample.time().toEpochMilli(), step, size.bytes(), now.toEpochMilli());
  }

  private static long beside(MemorySample.Sizes sizes) {
    return sizes.deviceUsed() == null || sizes.processUsed() == null
        ? -1
        : Math.max(0, sizes.deviceUsed().bytes() - sizes.processUsed().bytes());
  }
}

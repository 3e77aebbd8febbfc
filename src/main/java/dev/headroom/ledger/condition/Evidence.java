package dev.headroom.ledger.condition;

import dev.headroom.calibration.MeasuredSize;
import dev.headroom.calibration.expectation.Expectation;
import dev.headroom.calibration.expectation.Range;
import dev.headroom.ledger.place.JobPlaces;
import dev.headroom.ledger.state.GpuState;
import dev.headroom.ledger.state.JobState;
import dev.headroom.ledger.state.Placement;
import dev.headroom.ledger.state.Registration;
import dev.headroom.ledger.state.StepPeaks;
import dev.headroom.memory.MemorySize;
import dev.headroom.sample.DeviceSample;
import dev.headroom.sample.GpuProcess;
import dev.headroom.sample.RunOutcome;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// What a job's state is judged by.
///
/// @param now by the monitor's own clock
/// @param silent without a sample for so long, a job counts as silent
/// @param gpus the GPUs that are known, by UUID
public record Evidence(
    JobState job, Instant now, Duration silent, Function<String, @Nullable GpuState> gpus) {

  private StepPeaks steps() {
    return job.steps();
  }

  boolean isSilent() {
    return job.seenAt().plus(silent).isBefore(now);
  }

  boolean endedAs(RunOutcome outcome) {
    return job.endedAt() != null && job.outcome() == outcome;
  }

  private Optional<Expectation> expected() {
    return Optional.ofNullable(job.registration()).map(Registration::expected);
  }

  /// What is held above the range of a size; empty within it, and without a measurement or a range.
  /// Of a framework that preallocates, only what its allocator says is compared.
  Optional<Excess> excess(MeasuredSize size) {
    if (size.isBeyondTheAllocator() && job.preallocates()) {
      return Optional.empty();
    }
    return expected()
        .flatMap(
            expected -> {
              Range range = expected.of(size);
              return held(size)
                  .filter(bytes -> bytes.compareTo(range.most()) > 0)
                  .map(bytes -> new Excess(size, bytes, range));
            });
  }

  private Optional<MemorySize> held(MeasuredSize size) {
    return size == MeasuredSize.DEVICE ? device() : steps().repeated(size);
  }

  /// Those of allocated, reserved, process and device that are above their ranges. These sizes lie
  /// within each other, so what is above the range at one is above it at the next, too.
  public List<Excess> excesses() {
    return Arrays.stream(MeasuredSize.values())
        .map(this::excess)
        .flatMap(Optional::stream)
        .toList();
  }

  /// The innermost of them; empty while it still rises.
  Optional<Excess> plateau() {
    return excesses().stream().findFirst().filter(excess -> !steps().isRising(excess.size()));
  }

  /// The most that the home of one of its ranks holds now, less what other jobs hold there, and
  /// what other processes of its own do: data loaders with a context of their own are no part of
  /// what a rank is predicted to hold.
  ///
  /// Only of GPUs whose agent tells which processes are whose; of the rest nothing is blamed on the
  /// job. A GPU that a rank only visits is another's.
  public Optional<MemorySize> device() {
    return JobPlaces.of(job).places().stream()
        .filter(place -> place.isHome() && !place.main().hasEnded())
        .map(place -> device(place.main()))
        .flatMap(Optional::stream)
        .max(MemorySize::compareTo);
  }

  private Optional<MemorySize> device(Placement placement) {
    GpuState gpu = gpus.apply(placement.gpu());
    if (gpu == null || gpu.isSilent(now, silent)) {
      return Optional.empty();
    }
    DeviceSample sample = gpu.sample();
    boolean isListed = false;
    MemorySize others = MemorySize.ZERO;
    for (GpuProcess process : sample.processes()) {
      boolean isOurs = placement.isListedAs(process, job.job(), sample.host());
      isListed |= isOurs;
      if (!isOurs && process.job() != null) {
        if (process.used() == null) {
          return Optional.empty();
        }
        others = others.plus(process.used());
      }
    }
    return isListed ? Optional.of(sample.used().minusOrZero(others)) : Optional.empty();
  }
}

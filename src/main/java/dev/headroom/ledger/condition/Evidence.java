package dev.headroom.ledger.condition;

import dev.headroom.calibration.MeasuredSize;
import dev.headroom.calibration.expectation.Expectation;
import dev.headroom.calibration.expectation.Range;
import dev.headroom.ledger.growth.Trend;
import dev.headroom.ledger.place.JobPlaces;
import dev.headroom.ledger.place.Place;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// What a job's state is judged by. What several rules ask for is worked out once; so it is for one
/// thread.
public final class Evidence {

  private static final List<MeasuredSize> SIZES = List.of(MeasuredSize.values());

  private final JobState job;
  private final Instant now;
  private final Duration silent;
  private final Function<String, @Nullable GpuState> gpus;
  private @Nullable JobPlaces places;
  private @Nullable List<Excess> excesses;

  /// @param now by the monitor's own clock
  /// @param silent without a sample for so long, a job counts as silent
  /// @param gpus the GPUs that are known, by UUID
  public Evidence(
      JobState job, Instant now, Duration silent, Function<String, @Nullable GpuState> gpus) {
    this.job = job;
    this.now = now;
    this.silent = silent;
    this.gpus = gpus;
  }

  JobState job() {
    return job;
  }

  Instant now() {
    return now;
  }

  /// Where the job holds memory now.
  public JobPlaces places() {
    JobPlaces known = places;
    if (known == null) {
      known = JobPlaces.of(job);
      places = known;
    }
    return known;
  }

  /// Until its fullest GPU is full, at the present growth.
  Optional<Trend.Filling> filling() {
    return job.filling(now, gpus);
  }

  private StepPeaks steps() {
    return job.steps();
  }

  boolean isSilent() {
    return job.seenAt().plus(silent).isBefore(now);
  }

  boolean endedAs(RunOutcome outcome) {
    return job.endedAt() != null && job.outcome() == outcome;
  }

  /// What is held above the range of a size; empty within it, and without a measurement or a range.
  /// Of a framework that preallocates, only what its allocator says is compared.
  Optional<Excess> excess(MeasuredSize size) {
    Registration registration = job.registration();
    Expectation expected = registration == null ? null : registration.expected();
    if (expected == null || (size.isBeyondTheAllocator() && job.preallocates())) {
      return Optional.empty();
    }
    Range range = expected.of(size);
    return held(size)
        .filter(bytes -> bytes.compareTo(range.most()) > 0)
        .map(bytes -> new Excess(size, bytes, range));
  }

  private Optional<MemorySize> held(MeasuredSize size) {
    return size == MeasuredSize.DEVICE ? device() : steps().repeated(size);
  }

  /// Those of allocated, reserved, process and device that are above their ranges. These sizes lie
  /// within each other, so what is above the range at one is above it at the next, too.
  public List<Excess> excesses() {
    List<Excess> known = excesses;
    if (known == null) {
      known = above();
      excesses = known;
    }
    return known;
  }

  private List<Excess> above() {
    var above = new ArrayList<Excess>(SIZES.size());
    for (MeasuredSize size : SIZES) {
      excess(size).ifPresent(above::add);
    }
    return List.copyOf(above);
  }

  /// The innermost of them; empty while it still rises.
  Optional<Excess> plateau() {
    List<Excess> all = excesses();
    return all.isEmpty() || steps().isRising(all.getFirst().size())
        ? Optional.empty()
        : Optional.of(all.getFirst());
  }

  /// The most that the home of one of its ranks holds now, less what other jobs hold there, and
  /// what other processes of its own do: data loaders with a context of their own are no part of
  /// what a rank is predicted to hold.
  ///
  /// Only of GPUs whose agent tells which processes are whose; of the rest nothing is blamed on the
  /// job. A GPU that a rank only visits is another's.
  public Optional<MemorySize> device() {
    MemorySize most = null;
    for (Place place : places().places()) {
      if (place.isHome() && !place.main().hasEnded()) {
        MemorySize held = device(place.main());
        most = held == null || (most != null && most.compareTo(held) >= 0) ? most : held;
      }
    }
    return Optional.ofNullable(most);
  }

  private @Nullable MemorySize device(Placement placement) {
    GpuState gpu = gpus.apply(placement.gpu());
    if (gpu == null || gpu.isSilent(now, silent)) {
      return null;
    }
    DeviceSample sample = gpu.sample();
    boolean isListed = false;
    MemorySize others = MemorySize.ZERO;
    for (GpuProcess process : sample.processes()) {
      boolean isOurs = placement.isListedAs(process, job.job(), sample.host());
      isListed |= isOurs;
      if (!isOurs && process.job() != null) {
        if (process.used() == null) {
          return null;
        }
        others = others.plus(process.used());
      }
    }
    return isListed ? sample.used().minusOrZero(others) : null;
  }
}

package dev.headroom.api.roster;

import dev.headroom.ledger.Snapshot;
import dev.headroom.ledger.place.JobPlaces;
import dev.headroom.ledger.place.Place;
import dev.headroom.ledger.state.GpuState;
import dev.headroom.ledger.state.JobState;
import dev.headroom.ledger.state.Placement;
import dev.headroom.memory.MemorySize;
import dev.headroom.sample.MemorySample;
import dev.headroom.triage.Triage;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A job with what it is judged and ordered by.
///
/// @param fullest the placement that holds most now; null where nothing was measured
/// @param gpuModel of that placement, as NVML names it; null where nobody told
public record RosterEntry(
    JobState job, Triage triage, @Nullable Placement fullest, @Nullable String gpuModel) {

  static RosterEntry of(JobState job, Triage triage, Snapshot snapshot) {
    Placement fullest =
        JobPlaces.of(job)
            .fullest()
            .map(Place::main)
            .orElse(job.placements().isEmpty() ? null : job.placements().getFirst());
    GpuState gpu = fullest == null ? null : snapshot.gpus().get(fullest.gpu());
    return new RosterEntry(job, triage, fullest, gpu == null ? null : gpu.sample().model());
  }

  @Nullable String model() {
    return job.registration() == null ? null : job.registration().config().model();
  }

  @Nullable String host() {
    return fullest == null ? null : fullest.host();
  }

  /// What is not in use on its fullest GPU, bytes; empty where nobody told.
  public Optional<Long> free() {
    MemorySample.Sizes sizes = fullest == null ? null : fullest.latest();
    MemorySize total = sizes == null ? null : sizes.deviceTotal();
    MemorySize used = sizes == null ? null : sizes.deviceUsed();
    return total == null || used == null
        ? Optional.empty()
        : Optional.of(total.bytes() - used.bytes());
  }

  /// The most telling of what its fullest rank holds now, bytes.
  Optional<Long> held() {
    MemorySize held = fullest == null ? null : fullest.held();
    return Optional.ofNullable(held).map(MemorySize::bytes);
  }
}

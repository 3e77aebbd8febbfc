package dev.headroom.api.job;

import dev.headroom.api.view.JobView;
import dev.headroom.budget.Budget;
import dev.headroom.history.EndedRun;
import dev.headroom.ledger.Snapshot;
import dev.headroom.ledger.place.JobPlaces;
import dev.headroom.ledger.state.JobState;
import dev.headroom.ledger.state.MemoryPeaks;
import dev.headroom.ledger.state.Placement;
import dev.headroom.ledger.state.Registration;
import dev.headroom.memory.MemorySize;
import dev.headroom.triage.WorstDrift;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A run that ended: how, when, what it held at most and where.
///
/// @param owner whose job it was; null where neither its layer configuration nor an agent said
/// @param model null where the config that it declared is no longer known
/// @param outcome `completed`, `failed`, `out_of_memory` or `replaced`
/// @param began its first sample; null where none was seen
/// @param allocatedBytes the most; null where it was not measured
/// @param predictedAllocatedBytes the budget's; null without a budget
/// @param driftSize of which size the drift is
/// @param driftRatio the worst one; null where nothing can be compared
public record EndedView(
    String job,
    @Nullable String run,
    @Nullable String owner,
    @Nullable String team,
    @Nullable String namespace,
    @Nullable String model,
    String outcome,
    @Nullable Instant began,
    Instant endedAt,
    @Nullable Long allocatedBytes,
    @Nullable Long reservedBytes,
    @Nullable Long processUsedBytes,
    @Nullable Long predictedAllocatedBytes,
    @Nullable String driftSize,
    @Nullable Double driftRatio,
    int ranks,
    @Nullable String host,
    @Nullable String gpuModel) {

  public static EndedView of(EndedRun run, Snapshot snapshot) {
    JobState job = withRegistration(run.state(), snapshot);
    Registration registration = job.registration();
    MemoryPeaks peaks = job.peaks();
    WorstDrift worst = WorstDrift.of(job).orElse(null);
    return new EndedView(
        job.job(),
        job.run(),
        JobView.said(job.ownership().owner()),
        JobView.said(job.ownership().team()),
        JobView.said(job.ownership().namespace()),
        registration == null ? null : registration.config().model(),
        run.outcome(),
        job.firstSample(),
        run.endedAt(),
        bytes(peaks.allocated()),
        bytes(peaks.reserved()),
        bytes(peaks.process()),
        job.budget().map(Budget::peak).map(peak -> peak.allocated().bytes()).orElse(null),
        worst == null ? null : worst.size().wireName(),
        worst == null ? null : worst.drift().ratio(),
        JobPlaces.of(job).ranks(),
        job.placements().stream()
            .map(Placement::host)
            .filter(Objects::nonNull)
            .findFirst()
            .orElse(null),
        run.gpuModel());
  }

  /// The state with the config that its run declared, where that is still remembered.
  public static JobState withRegistration(JobState state, Snapshot snapshot) {
    Registration known = snapshot.registrations().get(state.job());
    return known == null || !known.content().equals(state.content()) ? state : state.with(known);
  }

  private static @Nullable Long bytes(@Nullable MemorySize size) {
    return size == null ? null : size.bytes();
  }
}

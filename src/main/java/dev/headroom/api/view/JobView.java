package dev.headroom.api.view;

import dev.headroom.api.roster.RosterEntry;
import dev.headroom.budget.Prediction;
import dev.headroom.ledger.Snapshot;
import dev.headroom.ledger.place.JobPlaces;
import dev.headroom.ledger.place.Place;
import dev.headroom.ledger.state.JobState;
import dev.headroom.ledger.state.Placement;
import dev.headroom.ledger.state.Registration;
import dev.headroom.sample.MemorySample;
import dev.headroom.triage.Concern;
import dev.headroom.triage.Triage;
import dev.headroom.triage.WorstDrift;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A job in a list: predicted beside measured.
///
/// @param severity how badly it needs somebody: `critical`, `warning`, `notice` or `fine`
/// @param concerns why, the worst first
/// @param owner whose job it is; null where neither its layer configuration nor an agent says
/// @param confidence of the prediction; null without a layer configuration
/// @param budgetMissing why it has no budget; null where it has one
/// @param preallocates whether its framework takes most of a device at its start
/// @param predictedCategories at the peak; they add up to the device peak's median
/// @param measured of the fullest rank, now
/// @param measuredPeak of any rank, since the run began
/// @param worstDrift the largest relative drift, as the alert takes it
/// @param fullest where its fullest rank is; null before the first sample
/// @param growthBytesPerSecond null while it does not grow
/// @param asOf of a job of another replica, when that wrote what is here; null for our own
public record JobView(
    String job,
    @Nullable String run,
    @Nullable String model,
    @Nullable String owner,
    @Nullable String team,
    @Nullable String namespace,
    String state,
    String severity,
    List<String> concerns,
    @Nullable String confidence,
    @Nullable String budgetMissing,
    boolean preallocates,
    SizesView.@Nullable Predicted predictedPeak,
    @Nullable Map<String, Long> predictedCategories,
    SizesView.@Nullable Measured measured,
    SizesView.Measured measuredPeak,
    SizesView.Drifts drift,
    @Nullable WorstDriftView worstDrift,
    @Nullable FullestView fullest,
    @Nullable Double growthBytesPerSecond,
    @Nullable Long timeToCapacitySeconds,
    int ranks,
    List<String> gpus,
    @Nullable Instant lastSample,
    @Nullable Instant asOf) {

  private static final int MAX_GPUS = 16;

  public JobView {
    concerns = List.copyOf(concerns);
    gpus = List.copyOf(gpus);
  }

  /// The worst drift, and of which size it is.
  record WorstDriftView(String size, long bytes, double ratio) {

    private static WorstDriftView of(WorstDrift worst) {
      return new WorstDriftView(
          worst.size().wireName(), worst.drift().bytes(), worst.drift().ratio());
    }
  }

  /// Where the fullest rank is.
  ///
  /// @param gpuUsedBytes by whomever
  record FullestView(
      String gpu,
      @Nullable String gpuModel,
      @Nullable String host,
      @Nullable Long gpuTotalBytes,
      @Nullable Long gpuUsedBytes) {

    private static @Nullable FullestView of(RosterEntry entry) {
      Placement placement = entry.fullest();
      if (placement == null) {
        return null;
      }
      MemorySample.Sizes sizes = placement.latest();
      return new FullestView(
          placement.gpu(),
          entry.gpuModel(),
          placement.host(),
          SizesView.bytes(sizes.deviceTotal()),
          SizesView.bytes(sizes.deviceUsed()));
    }
  }

  public static JobView of(RosterEntry entry, Snapshot snapshot) {
    JobState job = entry.job();
    Triage triage = entry.triage();
    Instant now = snapshot.at();
    Registration registration = job.registration();
    JobPlaces places = JobPlaces.of(job);
    return new JobView(
        job.job(),
        job.run(),
        registration == null ? null : registration.config().model(),
        said(job.ownership().owner()),
        said(job.ownership().team()),
        said(job.ownership().namespace()),
        triage.status().wireName(),
        triage.severity().wireName(),
        triage.concerns().stream().map(Concern::wireName).toList(),
        job.prediction().map(Prediction::confidence).map(c -> c.wireName()).orElse(null),
        snapshot.missingBudget(job).map(missing -> missing.gap().wireName()).orElse(null),
        job.preallocates(),
        job.budget().map(b -> SizesView.Predicted.of(b.peak())).orElse(null),
        job.budget().map(b -> BudgetView.sizes(b.categories())).orElse(null),
        places.fullest().map(Place::sizes).map(SizesView.Measured::of).orElse(null),
        SizesView.Measured.of(job.peaks()),
        SizesView.Drifts.of(job),
        triage.drift().map(WorstDriftView::of).orElse(null),
        FullestView.of(entry),
        job.growth(now).isPresent() ? (Double) job.growth(now).getAsDouble() : null,
        triage.timeToCapacity().map(Duration::toSeconds).orElse(null),
        places.ranks(),
        places.places().stream()
            .filter(Place::isOccupied)
            .map(Place::gpu)
            .distinct()
            .limit(MAX_GPUS)
            .toList(),
        job.lastSample(),
        job.asOf());
  }

  /// A part of an ownership as answers have it: null where nobody said it.
  public static @Nullable String said(String name) {
    return name.isEmpty() ? null : name;
  }
}

package dev.headroom.api.view;

import dev.headroom.budget.Prediction;
import dev.headroom.ledger.Snapshot;
import dev.headroom.ledger.state.JobState;
import dev.headroom.ledger.state.Placement;
import dev.headroom.ledger.state.Registration;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A job in a list: predicted beside measured.
///
/// @param confidence of the prediction; null without a layer configuration
/// @param measured of the fullest rank, now
/// @param measuredPeak of any rank, since the run began
/// @param growthBytesPerSecond null while it does not grow
/// @param asOf of a job of another replica, when that wrote what is here; null for our own
public record JobView(
    String job,
    @Nullable String run,
    @Nullable String model,
    String state,
    @Nullable String confidence,
    SizesView.@Nullable Predicted predictedPeak,
    SizesView.@Nullable Measured measured,
    SizesView.Measured measuredPeak,
    SizesView.Drifts drift,
    @Nullable Double growthBytesPerSecond,
    @Nullable Long timeToCapacitySeconds,
    int ranks,
    List<String> gpus,
    @Nullable Instant lastSample,
    @Nullable Instant asOf) {

  private static final int MAX_GPUS = 16;

  public JobView {
    gpus = List.copyOf(gpus);
  }

  public static JobView of(JobState job, Snapshot snapshot) {
    Instant now = snapshot.at();
    Registration registration = job.registration();
    return new JobView(
        job.job(),
        job.run(),
        registration == null ? null : registration.config().model(),
        snapshot.condition(job).status().wireName(),
        job.prediction().map(Prediction::confidence).map(c -> c.wireName()).orElse(null),
        job.budget().map(b -> SizesView.Predicted.of(b.peak())).orElse(null),
        job.fullest().map(Placement::latest).map(SizesView.Measured::of).orElse(null),
        SizesView.Measured.of(job.peaks()),
        SizesView.Drifts.of(job),
        job.growth(now).isPresent() ? (Double) job.growth(now).getAsDouble() : null,
        job.timeToCapacity(now).map(Duration::toSeconds).orElse(null),
        job.ranks(),
        job.placements().stream().map(Placement::gpu).distinct().limit(MAX_GPUS).toList(),
        job.lastSample(),
        job.asOf());
  }
}

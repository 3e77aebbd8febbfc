package dev.headroom.triage;

import dev.headroom.calibration.MeasuredSize;
import dev.headroom.ledger.Snapshot;
import dev.headroom.ledger.condition.JobStatus;
import dev.headroom.ledger.headroom.GpuHeadroom;
import dev.headroom.ledger.state.JobState;
import dev.headroom.ledger.state.Placement;
import java.time.Duration;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// How badly a job needs somebody, and why. The thresholds are those of the alerts in
/// `deploy/prometheus/rules/headroom-alerts.yml`, without their waiting times.
///
/// @param concerns the worst first
/// @param drift empty where nothing can be compared
/// @param timeToCapacity until its fullest GPU is full; empty where it does not grow
public record Triage(
    JobStatus status,
    List<Concern> concerns,
    Optional<WorstDrift> drift,
    Optional<Duration> timeToCapacity) {

  private static final double DRIFT_RATIO = 0.10;
  private static final long DRIFT_BYTES = 512L << 20;
  private static final double GROWTH_BYTES_PER_SECOND = 16_384;
  private static final Duration SOON = Duration.ofMinutes(10);
  private static final Duration LATER = Duration.ofMinutes(30);

  public Triage {
    concerns = List.copyOf(concerns);
  }

  /// Of the worst concern.
  public Severity severity() {
    return concerns.isEmpty() ? Severity.FINE : concerns.getFirst().severity();
  }

  /// GPUs whose jobs certainly do not fit together, by UUID; a GPU with one job is not among them.
  public static Set<String> overCommitted(Map<String, GpuHeadroom> gpus) {
    Set<String> names = new HashSet<>();
    gpus.forEach(
        (gpu, it) -> {
          if (it.isOverCommitted() && it.shares().size() > 1) {
            names.add(gpu);
          }
        });
    return names;
  }

  /// Judges a job at the time of its snapshot.
  ///
  /// @param overCommitted as [#overCommitted] finds them
  public static Triage of(JobState job, Snapshot snapshot, Set<String> overCommitted) {
    JobStatus status = snapshot.condition(job).status();
    Optional<WorstDrift> drift = WorstDrift.of(job);
    Optional<Duration> left = job.timeToCapacity(snapshot.at(), snapshot.gpus()::get);
    Set<Concern> concerns = EnumSet.noneOf(Concern.class);
    add(concerns, ofStatus(status));
    // A state that says more takes the place of the concern: one cause is told once.
    if (status != JobStatus.DRIFTING) {
      add(concerns, ofDrift(drift));
    }
    if (job.growth(snapshot.at()).orElse(0) > GROWTH_BYTES_PER_SECOND) {
      if (status != JobStatus.LEAKING) {
        concerns.add(Concern.GROWING);
      }
      add(concerns, ofTime(left));
    }
    if (job.budget().isEmpty()) {
      concerns.add(Concern.NO_BUDGET);
    }
    for (Placement placement : job.placements()) {
      if (placement.contested()) {
        concerns.add(Concern.CONTESTED);
      }
      if (job.endedAt() == null && overCommitted.contains(placement.gpu())) {
        concerns.add(Concern.OVER_COMMITTED);
      }
    }
    return new Triage(status, List.copyOf(concerns), drift, left);
  }

  private static void add(Set<Concern> concerns, @Nullable Concern concern) {
    if (concern != null) {
      concerns.add(concern);
    }
  }

  private static @Nullable Concern ofStatus(JobStatus status) {
    return switch (status) {
      case OUT_OF_MEMORY -> Concern.OUT_OF_MEMORY;
      case FAILED -> Concern.FAILED;
      case SILENT -> Concern.SILENT;
      case LEAKING -> Concern.LEAKING;
      case DRIFTING -> Concern.DRIFTING;
      case FRAGMENTING -> Concern.FRAGMENTING;
      case OVER_RESERVED -> Concern.OVER_RESERVED;
      case REGISTERED, STARTING, UNPREDICTED, WITHIN_BUDGET, COMPLETED -> null;
    };
  }

  /// The device is predicted too roughly for a concern.
  private static @Nullable Concern ofDrift(Optional<WorstDrift> worst) {
    return worst
        .filter(it -> it.size() != MeasuredSize.DEVICE && it.drift().ratio() > DRIFT_RATIO)
        .map(
            it ->
                it.drift().bytes() > DRIFT_BYTES
                    ? Concern.OVER_BUDGET
                    : Concern.SLIGHTLY_OVER_BUDGET)
        .orElse(null);
  }

  private static @Nullable Concern ofTime(Optional<Duration> left) {
    return left.filter(time -> time.compareTo(LATER) < 0)
        .map(time -> time.compareTo(SOON) < 0 ? Concern.FULL_SOON : Concern.FULL_LATER)
        .orElse(null);
  }
}

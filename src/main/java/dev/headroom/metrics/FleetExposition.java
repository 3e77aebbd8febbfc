package dev.headroom.metrics;

import dev.headroom.gpu.GpuCatalogue;
import dev.headroom.ledger.Snapshot;
import dev.headroom.ledger.state.JobState;
import dev.headroom.live.Calibrations;
import dev.headroom.metrics.text.FamilyWriter;
import dev.headroom.metrics.text.RenderedLabels;
import dev.headroom.metrics.text.TextFormat;
import dev.headroom.plan.fit.OverheadSpread;
import dev.headroom.plan.live.FleetTotals;
import dev.headroom.plan.live.LiveFleet;
import dev.headroom.plan.live.Misfits;
import dev.headroom.plan.live.Misfits.Misfit;
import dev.headroom.plan.live.Rightsizing;
import dev.headroom.plan.live.Rightsizing.Smaller;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// The fleet's totals, right-sizing and misfits in a scrape: of the GPUs and jobs that this replica
/// speaks for, so that the replicas' add up.
///
/// To add them up looks at every job; that is done every ten seconds and not with each scrape.
@Singleton
final class FleetExposition {

  /// Of the jobs that would free memory and of those that fit nowhere, the worst have a series.
  private static final int MAX_JOBS = 1000;

  private static final long LASTS = Duration.ofSeconds(10).toNanos();

  private final GpuCatalogue catalogue;
  private final Calibrations calibrations;
  private volatile @Nullable Known known;

  /// What was added up, and when by the monotonic clock.
  private record Known(long at, FleetFigures figures) {}

  FleetExposition(GpuCatalogue catalogue, Calibrations calibrations) {
    this.catalogue = catalogue;
    this.calibrations = calibrations;
  }

  /// The lines of one scrape.
  List<FamilyWriter<?>> lines(Snapshot snapshot, TextFormat format, Predicate<String> wanted) {
    var totals = new FamilyWriter<>(FleetFamilies.ALL, format, wanted);
    var smaller = new FamilyWriter<>(FleetFamilies.OF_RIGHTSIZING, format, wanted);
    var misfits = new FamilyWriter<>(FleetFamilies.OF_MISFITS, format, wanted);
    if (!totals.isEmpty() || !smaller.isEmpty() || !misfits.isEmpty()) {
      FleetFigures figures = figures(snapshot);
      for (FleetTotals each : figures.totals()) {
        totals.add(RenderedLabels.subject("gpu_model", each.model()), each);
      }
      for (Smaller each : figures.smaller()) {
        smaller.add(RenderedLabels.subject("training_job", each.job()), each);
      }
      for (Misfit each : figures.misfits()) {
        misfits.add(RenderedLabels.subject("training_job", each.job()), each);
      }
    }
    return List.of(totals, smaller, misfits);
  }

  private FleetFigures figures(Snapshot snapshot) {
    Known last = known;
    long now = System.nanoTime();
    if (last == null || now - last.at() > LASTS) {
      last = new Known(now, of(snapshot, catalogue, calibrations));
      known = last;
    }
    return last.figures();
  }

  static FleetFigures of(Snapshot snapshot, GpuCatalogue catalogue, Calibrations calibrations) {
    Predicate<String> ours =
        name -> {
          JobState job = snapshot.jobs().get(name);
          return job != null && snapshot.owns(job);
        };
    var fleet = new LiveFleet(snapshot, catalogue, new OverheadSpread(calibrations::overhead));
    return new FleetFigures(
        FleetTotals.of(
            fleet,
            gpu -> snapshot.owns(gpu) && !gpu.isSilent(snapshot.at(), snapshot.limits().silent()),
            ours),
        Rightsizing.of(fleet).smaller().stream()
            .filter(job -> ours.test(job.job()))
            .limit(MAX_JOBS)
            .toList(),
        Misfits.of(fleet).stream()
            .filter(misfit -> ours.test(misfit.job()))
            .limit(MAX_JOBS)
            .toList());
  }

  /// What there is to write.
  record FleetFigures(List<FleetTotals> totals, List<Smaller> smaller, List<Misfit> misfits) {}
}

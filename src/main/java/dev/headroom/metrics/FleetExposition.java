package dev.headroom.metrics;

import dev.headroom.gpu.GpuCatalogue;
import dev.headroom.ledger.Snapshot;
import dev.headroom.ledger.state.JobState;
import dev.headroom.metrics.text.FamilyWriter;
import dev.headroom.metrics.text.RenderedLabels;
import dev.headroom.metrics.text.TextFormat;
import dev.headroom.plan.fit.PriorSpread;
import dev.headroom.plan.live.FleetTotals;
import dev.headroom.plan.live.LiveFleet;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// The fleet's totals in a scrape: of the GPUs and jobs that this replica speaks for, so that the
/// replicas' add up.
///
/// To add them up looks at every job; that is done every ten seconds and not with each scrape.
@Singleton
final class FleetExposition {

  private static final long LASTS = Duration.ofSeconds(10).toNanos();

  private final GpuCatalogue catalogue;
  private volatile @Nullable Known known;

  /// What was added up, and when by the monotonic clock.
  private record Known(long at, List<FleetTotals> totals) {}

  FleetExposition(GpuCatalogue catalogue) {
    this.catalogue = catalogue;
  }

  /// The lines of one scrape.
  FamilyWriter<FleetTotals> lines(Snapshot snapshot, TextFormat format, Predicate<String> wanted) {
    var lines = new FamilyWriter<>(FleetFamilies.ALL, format, wanted);
    if (!lines.isEmpty()) {
      for (FleetTotals each : totals(snapshot)) {
        lines.add(RenderedLabels.subject("gpu_model", each.model()), each);
      }
    }
    return lines;
  }

  private List<FleetTotals> totals(Snapshot snapshot) {
    Known last = known;
    long now = System.nanoTime();
    if (last == null || now - last.at() > LASTS) {
      last = new Known(now, of(snapshot, catalogue));
      known = last;
    }
    return last.totals();
  }

  static List<FleetTotals> of(Snapshot snapshot, GpuCatalogue catalogue) {
    return FleetTotals.of(
        new LiveFleet(snapshot, catalogue, new PriorSpread()),
        snapshot::owns,
        name -> {
          JobState job = snapshot.jobs().get(name);
          return job != null && snapshot.owns(job);
        });
  }
}

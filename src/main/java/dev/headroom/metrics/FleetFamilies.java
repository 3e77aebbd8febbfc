package dev.headroom.metrics;

import dev.headroom.metrics.text.MetricFamily;
import dev.headroom.metrics.text.MetricFamily.Kind;
import dev.headroom.metrics.text.RenderedLabels;
import dev.headroom.plan.live.FleetTotals;
import dev.headroom.plan.live.Misfits.Misfit;
import dev.headroom.plan.live.Rightsizing.Smaller;
import java.util.List;
import java.util.function.ToLongFunction;

/// Every metric of the GPUs of one model together, of jobs that a smaller GPU would do for, and of
/// jobs that fit on none: name, unit, help and labels.
final class FleetFamilies {

  static final List<MetricFamily<FleetTotals>> ALL =
      List.of(
          bytes(
              "headroom_fleet_capacity_bytes",
              "Memory that processes can have of the GPUs of a model.",
              FleetTotals::capacity),
          bytes(
              "headroom_fleet_committed_bytes",
              "Memory that the jobs on the GPUs of a model need at the 95th percentile.",
              FleetTotals::committed),
          bytes(
              "headroom_fleet_measured_bytes",
              "Memory of the GPUs of a model that is in use, by whomever.",
              FleetTotals::measured),
          bytes(
              "headroom_fleet_reclaimable_bytes",
              "Memory of the GPUs of a model that would come free if each job had the smallest GPU"
                  + " or slice that it fits.",
              FleetTotals::reclaimable),
          bytes(
              "headroom_fleet_stranded_bytes",
              "Memory of the GPUs of a model that jobs are on, and will not need at the 95th"
                  + " percentile.",
              FleetTotals::stranded),
          new MetricFamily<>(
              "headroom_fleet_gpus",
              Kind.GAUGE,
              "",
              "GPUs of a model: idle, used by jobs that fit together, or by jobs that do not.",
              (totals, lines) -> {
                lines.add(RenderedLabels.more("state", "idle"), totals.idle());
                lines.add(RenderedLabels.more("state", "used"), totals.used());
                lines.add(RenderedLabels.more("state", "overcommitted"), totals.overcommitted());
              }));

  static final List<MetricFamily<Smaller>> OF_RIGHTSIZING =
      List.of(
          new MetricFamily<>(
              "headroom_job_reclaimable_bytes",
              Kind.GAUGE,
              "bytes",
              "What would come free if the job had the smallest GPU or slice that it fits.",
              (job, lines) ->
                  lines.add(RenderedLabels.more("suffices", job.suffices()), job.frees().bytes())));

  static final List<MetricFamily<Misfit>> OF_MISFITS =
      List.of(
          new MetricFamily<>(
              "headroom_job_missing_bytes",
              Kind.GAUGE,
              "bytes",
              "What a rank needs more than the closest GPU of the fleet has, at the 95th percentile;"
                  + " only of jobs that fit on none.",
              (misfit, lines) -> lines.add(RenderedLabels.END, misfit.missing().bytes())));

  private FleetFamilies() {}

  private static MetricFamily<FleetTotals> bytes(
      String name, String help, ToLongFunction<FleetTotals> value) {
    return new MetricFamily<>(
        name,
        Kind.GAUGE,
        "bytes",
        help,
        (totals, lines) -> lines.add(RenderedLabels.END, value.applyAsLong(totals)));
  }
}

package dev.headroom.api;

import dev.headroom.api.problem.Parameters;
import dev.headroom.gpu.GpuCatalogue;
import dev.headroom.ledger.Snapshot;
import dev.headroom.live.Calibrations;
import dev.headroom.live.LedgerKeeper;
import dev.headroom.plan.fit.OverheadSpread;
import dev.headroom.plan.live.FleetTotals;
import dev.headroom.plan.live.LiveFleet;
import dev.headroom.plan.live.Misfits;
import dev.headroom.plan.live.Rightsizing;
import io.smallrye.common.annotation.Blocking;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.Instant;
import java.util.List;
import org.jboss.resteasy.reactive.RestQuery;

/// What is wasted, and who will not survive.
@Path("/api/v1/rightsizing")
@Produces(MediaType.APPLICATION_JSON)
@Blocking
final class RightsizingResource {

  private static final int MAX_JOBS = 5000;

  private final LedgerKeeper keeper;
  private final GpuCatalogue catalogue;
  private final Calibrations calibrations;

  RightsizingResource(LedgerKeeper keeper, GpuCatalogue catalogue, Calibrations calibrations) {
    this.keeper = keeper;
    this.catalogue = catalogue;
    this.calibrations = calibrations;
  }

  /// @param models what the GPUs of each model have together
  /// @param smaller jobs that a smaller GPU or slice would do for, most bytes first
  /// @param atRisk jobs that need more than their GPU has, the likeliest first
  /// @param nowhere jobs that fit on no GPU of the fleet, those that miss most first
  record RightsizingAnswer(
      Instant at,
      List<PoolView> models,
      List<SmallerView> smaller,
      List<RiskView> atRisk,
      List<MisfitView> nowhere) {}

  record PoolView(
      String model,
      long capacityBytes,
      long committedBytes,
      long measuredBytes,
      long reclaimableBytes,
      long strandedBytes,
      int idleGpus,
      int usedGpus,
      int overcommittedGpus) {}

  record SmallerView(
      String job,
      int ranks,
      String holds,
      String suffices,
      long needsBytes,
      long freesBytes,
      double freesGpus) {}

  record RiskView(
      String job, int ranks, String gpu, long hasBytes, long needsBytes, double probability) {}

  record MisfitView(
      String job, int ranks, String closest, long hasBytes, long needsBytes, long missingBytes) {}

  @GET
  public RightsizingAnswer rightsizing(@RestQuery @DefaultValue("500") int limit) {
    int most = Parameters.limit(limit, MAX_JOBS);
    Snapshot snapshot = keeper.snapshot();
    var fleet = new LiveFleet(snapshot, catalogue, new OverheadSpread(calibrations::overhead));
    Rightsizing found = Rightsizing.of(fleet);
    return new RightsizingAnswer(
        snapshot.at(),
        FleetTotals.of(fleet, _ -> true, _ -> true).stream()
            .map(RightsizingResource::model)
            .toList(),
        found.smaller().stream().limit(most).map(RightsizingResource::smaller).toList(),
        found.atRisk().stream().limit(most).map(RightsizingResource::risk).toList(),
        Misfits.of(fleet).stream().limit(most).map(RightsizingResource::misfit).toList());
  }

  private static PoolView model(FleetTotals totals) {
    return new PoolView(
        totals.model(),
        totals.capacity(),
        totals.committed(),
        totals.measured(),
        totals.reclaimable(),
        totals.stranded(),
        totals.idle(),
        totals.used(),
        totals.overcommitted());
  }

  private static SmallerView smaller(Rightsizing.Smaller job) {
    return new SmallerView(
        job.job(),
        job.ranks(),
        job.holds(),
        job.suffices(),
        job.needs().bytes(),
        job.frees().bytes(),
        job.gpus());
  }

  private static RiskView risk(Rightsizing.AtRisk job) {
    return new RiskView(
        job.job(),
        job.ranks(),
        job.on(),
        job.has().bytes(),
        job.needs().bytes(),
        job.outOfMemory());
  }

  private static MisfitView misfit(Misfits.Misfit job) {
    return new MisfitView(
        job.job(),
        job.ranks(),
        job.closest(),
        job.has().bytes(),
        job.needs().bytes(),
        job.missing().bytes());
  }
}

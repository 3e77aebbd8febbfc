package dev.headroom.api;

import dev.headroom.api.problem.Parameters;
import dev.headroom.api.problem.Problem;
import dev.headroom.api.view.FleetView;
import dev.headroom.budget.Budget;
import dev.headroom.budget.Unsupported;
import dev.headroom.gpu.GpuCatalogue;
import dev.headroom.gpu.GpuModel;
import dev.headroom.ledger.Snapshot;
import dev.headroom.live.Calibrations;
import dev.headroom.live.LedgerKeeper;
import dev.headroom.memory.MemorySize;
import dev.headroom.network.LayerConfig;
import dev.headroom.plan.fit.OverheadSpread;
import dev.headroom.plan.live.GpuRoom;
import dev.headroom.wire.layerconfig.LayerConfigDecoder;
import io.smallrye.common.annotation.Blocking;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/// Every GPU that an agent reports, with the jobs on it and the room that it has.
@Path("/api/v1/fleet")
@Produces(MediaType.APPLICATION_JSON)
@Blocking
final class FleetResource {

  private final LedgerKeeper keeper;
  private final GpuCatalogue catalogue;
  private final Calibrations calibrations;
  private final ConcurrencyLimit concurrency;

  FleetResource(
      LedgerKeeper keeper,
      GpuCatalogue catalogue,
      Calibrations calibrations,
      ConcurrencyLimit concurrency) {
    this.keeper = keeper;
    this.catalogue = catalogue;
    this.calibrations = calibrations;
    this.concurrency = concurrency;
  }

  /// The GPUs that are asked for.
  ///
  /// @param fits a size: only GPUs that have it free once the jobs on them have peaked
  @GET
  public FleetView fleet(@BeanParam FleetQuery query, @RestQuery @Nullable String fits) {
    MemorySize least = fits == null ? MemorySize.ZERO : Parameters.size("fits", fits);
    Snapshot snapshot = keeper.snapshot();
    return query.page(
        snapshot.at(),
        GpuRoom.of(snapshot, catalogue),
        room -> room.freeAtPeak().compareTo(least) >= 0,
        _ -> Optional.empty());
  }

  /// The GPUs that a rank of a job fits on at the 95th percentile, beside the jobs that are there.
  @POST
  @Path("/fits")
  @Consumes(MediaType.APPLICATION_JSON)
  public FleetView fits(@BeanParam FleetQuery query, byte[] layerConfig) {
    return concurrency.run(
        () -> {
          Function<GpuModel, MemorySize> needs = needs(layerConfig);
          Snapshot snapshot = keeper.snapshot();
          return query.page(
              snapshot.at(),
              GpuRoom.of(snapshot, catalogue),
              room -> room.freeAtPeak().compareTo(needs.apply(room.kind())) >= 0,
              kind -> Optional.of(needs.apply(kind)));
        });
  }

  /// What a rank of a job takes, worked out once for each kind of GPU.
  private Function<GpuModel, MemorySize> needs(byte[] layerConfig) {
    LayerConfig config;
    try {
      config = LayerConfigDecoder.read(layerConfig);
    } catch (IllegalArgumentException reason) {
      throw Problem.of(400, String.valueOf(reason.getMessage())).exception();
    }
    return switch (calibrations.predictions().predict(config)) {
      case Unsupported why ->
          throw Problem.of(400, "the job cannot be predicted: " + String.join("; ", why.reasons()))
              .exception();
      case Budget budget -> {
        var spread = new OverheadSpread(calibrations::overhead);
        var known = new ConcurrentHashMap<GpuModel, MemorySize>();
        yield gpu -> known.computeIfAbsent(gpu, it -> spread.of(config, budget, it).p95());
      }
    };
  }
}

package dev.headroom.api;

import dev.headroom.api.view.FleetView;
import dev.headroom.ledger.Snapshot;
import dev.headroom.ledger.headroom.GpuHeadroom;
import dev.headroom.live.LedgerKeeper;
import io.smallrye.common.annotation.Blocking;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.Comparator;
import java.util.List;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/// Every GPU that an agent reports, with the jobs on it.
@Path("/api/v1/fleet")
@Produces(MediaType.APPLICATION_JSON)
@Blocking
final class FleetResource {

  private static final int MAX_GPUS = 5000;

  private final LedgerKeeper keeper;

  FleetResource(LedgerKeeper keeper) {
    this.keeper = keeper;
  }

  @GET
  public FleetView fleet(
      @RestQuery @Nullable String host,
      @RestQuery @Nullable String model,
      @RestQuery @Nullable String after,
      @RestQuery @DefaultValue("500") int limit) {
    int most = Parameters.limit(limit, MAX_GPUS);
    Snapshot snapshot = keeper.snapshot();
    List<GpuHeadroom> found =
        GpuHeadroom.of(snapshot).values().stream()
            .filter(o -> host == null || o.gpu().sample().host().equals(host))
            .filter(o -> Parameters.contains(o.gpu().sample().model(), model))
            .sorted(Comparator.comparing(FleetResource::name))
            .toList();
    List<GpuHeadroom> page =
        found.stream()
            .filter(o -> after == null || name(o).compareTo(after) > 0)
            .limit(most + 1L)
            .toList();
    boolean isLast = page.size() <= most;
    List<GpuHeadroom> shown = isLast ? page : page.subList(0, most);
    return new FleetView(
        snapshot.at(),
        found.size(),
        FleetView.models(found),
        shown.stream().map(FleetView.GpuView::of).toList(),
        isLast ? null : name(shown.getLast()));
  }

  private static String name(GpuHeadroom gpuHeadroom) {
    return gpuHeadroom.gpu().sample().gpu();
  }
}

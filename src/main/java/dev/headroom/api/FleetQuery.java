package dev.headroom.api;

import dev.headroom.api.problem.Parameters;
import dev.headroom.api.view.FleetView;
import dev.headroom.gpu.GpuModel;
import dev.headroom.memory.MemorySize;
import dev.headroom.plan.live.GpuRoom;
import jakarta.ws.rs.DefaultValue;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/// Which GPUs of the fleet are asked for.
final class FleetQuery {

  private static final int MAX_GPUS = 5000;

  @RestQuery
  @Parameter(description = "GPUs of this node only.")
  @Nullable String host;

  @RestQuery
  @Parameter(description = "GPUs whose model has this in its name, whatever the case.")
  @Nullable String model;

  @RestQuery
  @Parameter(description = "The page behind this GPU: `next` of the page before.")
  @Nullable String after;

  @RestQuery
  @DefaultValue("500")
  @Parameter(description = "How many GPUs a page has.")
  int limit;

  /// One page of the GPUs that are asked for.
  ///
  /// @param fits whether there is room enough
  /// @param needs what the job in question takes on a kind of GPU; empty where none is
  FleetView page(
      Instant at,
      List<GpuRoom> rooms,
      Predicate<GpuRoom> fits,
      Function<GpuModel, Optional<MemorySize>> needs) {
    int most = Parameters.limit(limit, MAX_GPUS);
    List<GpuRoom> found =
        rooms.stream()
            .filter(room -> host == null || host(room).equals(host))
            .filter(room -> Parameters.contains(room.gpuHeadroom().gpu().sample().model(), model))
            .filter(fits)
            .sorted(Comparator.comparing(FleetQuery::name))
            .toList();
    List<GpuRoom> page =
        found.stream()
            .filter(room -> after == null || name(room).compareTo(after) > 0)
            .limit(most + 1L)
            .toList();
    boolean isLast = page.size() <= most;
    List<GpuRoom> shown = isLast ? page : page.subList(0, most);
    return new FleetView(
        at,
        found.size(),
        FleetView.models(found),
        FleetView.nodes(found, shown),
        shown.stream()
            .map(room -> FleetView.GpuView.of(room, needs.apply(room.kind()).orElse(null)))
            .toList(),
        isLast ? null : name(shown.getLast()));
  }

  private static String name(GpuRoom room) {
    return room.gpuHeadroom().gpu().sample().gpu();
  }

  private static String host(GpuRoom room) {
    return room.gpuHeadroom().gpu().sample().host();
  }
}

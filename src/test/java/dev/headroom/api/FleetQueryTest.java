package dev.headroom.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headroom.api.view.FleetView;
import dev.headroom.api.view.FleetView.GpuView;
import dev.headroom.ledger.SnapshotBuilder;
import dev.headroom.ledger.event.DeviceSampled;
import dev.headroom.memory.MemorySize;
import dev.headroom.plan.live.GpuRoom;
import dev.headroom.sample.DeviceSample;
import dev.headroom.wire.plan.GpuCatalogueReader;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/// Five GPUs on two nodes, the odd ones of another model.
class FleetQueryTest {

  private final List<GpuRoom> rooms = rooms();
  private final FleetQuery query = new FleetQuery();

  FleetQueryTest() {
    query.limit = 500;
  }

  @Test
  void gpusComeByNamePageByPage() {
    query.limit = 2;
    FleetView first = page(_ -> true);
    assertThat(names(first)).containsExactly("GPU-1", "GPU-2");
    assertThat(first.total()).isEqualTo(5);
    assertThat(first.next()).isEqualTo("GPU-2");
    query.after = "GPU-2";
    assertThat(names(page(_ -> true))).containsExactly("GPU-3", "GPU-4");
    query.after = "GPU-4";
    assertThat(names(page(_ -> true))).containsExactly("GPU-5");
    assertThat(page(_ -> true).next()).isNull();
    query.after = "GPU-3";
    assertThat(page(_ -> true).next()).isNull();
  }

  @Test
  void nodeModelAndRoomAreAskedFor() {
    query.host = "node-b";
    assertThat(names(page(_ -> true))).containsExactly("GPU-4", "GPU-5");
    query.host = null;
    query.model = "ODD";
    assertThat(names(page(_ -> true))).containsExactly("GPU-1", "GPU-3", "GPU-5");
    assertThat(names(page(room -> room.gpuHeadroom().gpu().sample().used().bytes() > 1)))
        .containsExactly("GPU-3", "GPU-5");
    query.host = "node";
    assertThat(names(page(_ -> true))).isEmpty();
  }

  @Test
  void sumsAreOfAllThatIsAskedForAndNodesOfThePage() {
    query.limit = 1;
    FleetView view = page(_ -> true);
    assertThat(view.models()).hasSize(2);
    assertThat(view.nodes()).hasSize(1);
    assertThat(view.at()).isEqualTo(SnapshotBuilder.START);
    assertThat(view.gpus().getFirst().needsP95Bytes()).isEqualTo(9);
  }

  @Test
  void aPageHasABound() {
    query.limit = 5001;
    assertThatThrownBy(() -> page(_ -> true)).hasMessage("limit is not 1 to 5000: 5001");
  }

  private FleetView page(Predicate<GpuRoom> fits) {
    return query.page(SnapshotBuilder.START, rooms, fits, _ -> Optional.of(new MemorySize(9)));
  }

  private static List<String> names(FleetView view) {
    return view.gpus().stream().map(GpuView::gpu).toList();
  }

  private static List<GpuRoom> rooms() {
    var ledger = new SnapshotBuilder();
    for (int i = 1; i <= 5; i++) {
      ledger.with(
          new DeviceSampled(
              new DeviceSample(
                  "GPU-" + i,
                  i < 4 ? "node-a" : "node-b",
                  SnapshotBuilder.START,
                  new MemorySize(10_000),
                  new MemorySize(i),
                  i,
                  i % 2 == 1 ? "odd one" : "even one",
                  null,
                  null,
                  null,
                  null,
                  List.of())),
          0);
    }
    return GpuRoom.of(ledger.snapshot(), GpuCatalogueReader.own());
  }
}

package dev.headroom.api.view;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.api.view.FleetView.GpuView;
import dev.headroom.ledger.SnapshotBuilder;
import dev.headroom.ledger.event.DeviceSampled;
import dev.headroom.memory.MemorySize;
import dev.headroom.plan.live.GpuRoom;
import dev.headroom.sample.DeviceSample;
import dev.headroom.wire.plan.GpuCatalogueReader;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// GPUs of 10,000 bytes, one with a job that is predicted to need 2800.
class FleetViewTest {

  private final SnapshotBuilder ledger = new SnapshotBuilder();

  @Test
  void aGpuHasEachOfItsFigures() {
    // Given
    gpu("GPU-1", "node-a", "X", 3000);
    ledger.with(SnapshotBuilder.config("a", "m"), 1);
    ledger.with(
        SnapshotBuilder.sample("a", "GPU-1", 2).processUsed(new MemorySize(2000)).build(), 2);
    GpuRoom room = rooms().getFirst();

    // When
    GpuView view = GpuView.of(room, new MemorySize(77));

    // Then
    assertThat(view)
        .isEqualTo(
            new GpuView(
                "GPU-1",
                "node-a",
                3,
                "X",
                "580",
                "1g",
                10_000,
                room.kind().usable().bytes(),
                3000,
                1000,
                2800,
                2800,
                10_000 - 2800 - 1000 - 50,
                null,
                room.freeNow().bytes(),
                room.freeAtPeak().bytes(),
                false,
                77L,
                SnapshotBuilder.START.plusSeconds(1),
                List.of(new FleetView.ShareView("a", 2000L, 2800))));
    assertThat(GpuView.of(room, null).needsP95Bytes()).isNull();
  }

  @Test
  void modelsAndNodesAddUp() {
    // Given
    gpu("GPU-1", "node-a", "X", 100);
    gpu("GPU-2", "node-b", "X", 200);
    gpu("GPU-3", "node-b", null, 400);
    List<GpuRoom> rooms = rooms();
    List<GpuRoom> page =
        rooms.stream()
            .filter(room -> room.gpuHeadroom().gpu().sample().gpu().equals("GPU-2"))
            .toList();

    // Then
    assertThat(FleetView.models(rooms))
        .extracting(it -> it.model() + " " + it.sums().gpus() + " " + it.sums().usedBytes())
        .containsExactly(" 1 400", "X 2 300");
    assertThat(FleetView.nodes(rooms, page))
        .extracting(it -> it.host() + " " + it.sums().gpus() + " " + it.sums().usedBytes())
        .containsExactly("node-b 2 600");
  }

  @Test
  void beyondAHundredModelsTheRestAreOthers() {
    for (int i = 0; i < 103; i++) {
      gpu("GPU-" + i, "n", "model-" + i, 1);
    }
    assertThat(FleetView.models(rooms()))
        .hasSize(101)
        .filteredOn(it -> it.model().equals("others"))
        .extracting(it -> it.sums().gpus())
        .containsExactly(3);
  }

  private List<GpuRoom> rooms() {
    return GpuRoom.of(ledger.snapshot(), GpuCatalogueReader.own());
  }

  private void gpu(String uuid, String host, @Nullable String model, long used) {
    ledger.with(
        new DeviceSampled(
            new DeviceSample(
                uuid,
                host,
                SnapshotBuilder.START.plusSeconds(1),
                new MemorySize(10_000),
                new MemorySize(used),
                3,
                model,
                "580",
                "1g",
                new MemorySize(50),
                null,
                List.of())),
        1);
  }
}

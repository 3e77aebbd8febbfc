package dev.headroom.api.view;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headroom.ledger.SnapshotBuilder;
import dev.headroom.ledger.headroom.GpuHeadroom;
import dev.headroom.memory.MemorySize;
import dev.headroom.plan.live.GpuRoom;
import dev.headroom.wire.plan.GpuCatalogueReader;
import org.junit.jupiter.api.Test;

class RoomSumsTest {

  @Test
  void eachFigureAddsUpWithItself() {
    assertThat(
            new RoomSums(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11)
                .plus(new RoomSums(10, 20, 30, 40, 50, 60, 70, 80, -90, 100, 110)))
        .isEqualTo(new RoomSums(11, 22, 33, 44, 55, 66, 77, 88, -81, 110, 121));
    RoomSums most = new RoomSums(1, 0, 0, Long.MAX_VALUE, 0, 0, 0, 0, 0, 0, 0);
    assertThatThrownBy(() -> most.plus(most)).isInstanceOf(ArithmeticException.class);
  }

  @Test
  void aGpuIsASumOfOne() {
    // Given a GPU of 10,000 bytes with jobs that do not fit together
    var ledger = new SnapshotBuilder().with(SnapshotBuilder.gpu("GPU-1", 1, 300), 1);
    for (int i = 0; i < 4; i++) {
      String job = "job-" + i;
      ledger.with(SnapshotBuilder.config(job, "m"), 1);
      ledger.with(
          SnapshotBuilder.sample(job, "GPU-1", 2)
              .pid(10L + i)
              .processUsed(new MemorySize(50))
              .build(),
          2);
    }
    GpuRoom room = GpuRoom.of(ledger.snapshot(), GpuCatalogueReader.own()).getFirst();
    GpuHeadroom gpu = room.gpuHeadroom();

    // Then
    assertThat(RoomSums.of(room))
        .isEqualTo(
            new RoomSums(
                1,
                0,
                1,
                10_000,
                room.kind().usable().bytes(),
                300,
                100,
                4 * 2800,
                gpu.headroom(),
                room.freeNow().bytes(),
                room.freeAtPeak().bytes()));
    assertThat(gpu.headroom()).isNegative();
    var idle = new SnapshotBuilder().with(SnapshotBuilder.gpu("GPU-1", 1, 0), 1);
    RoomSums none = RoomSums.of(GpuRoom.of(idle.snapshot(), GpuCatalogueReader.own()).getFirst());
    assertThat(none.idle()).isEqualTo(1);
    assertThat(none.overcommitted()).isZero();
  }
}

package dev.headroom.ledger.place;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.ledger.SnapshotBuilder;
import dev.headroom.ledger.state.Placement;
import dev.headroom.memory.MemorySize;
import dev.headroom.sample.MemorySample;
import dev.headroom.sample.SampleSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What the processes of a rank hold on a GPU.
class PlaceTest {

  @Test
  void whatProcessesHoldAddsUpAndWhatTheDeviceHoldsDoesNot() {
    // Given
    Placement main =
        process(11, sample().processUsed(size(30)).allocated(size(10)).reserved(size(20)));
    Placement loader =
        process(12, sample().processUsed(size(5)).allocated(size(1)).reserved(size(2)));
    Placement unmeasured = process(13, sample());

    // When
    var place = new Place(List.of(main, loader, unmeasured), true);

    // Then
    assertThat(place.main()).isEqualTo(main);
    assertThat(place.gpu()).isEqualTo("GPU-1");
    assertThat(place.rank()).isEqualTo(3);
    assertThat(place.held()).isEqualTo(size(35));
    assertThat(place.sizes())
        .isEqualTo(new MemorySample.Sizes(size(35), size(60), size(100), size(11), size(22)));
    assertThat(new Place(List.of(main), true).sizes())
        .isEqualTo(new MemorySample.Sizes(size(30), size(60), size(100), size(10), size(20)));
  }

  @Test
  void aRankIsWhereItHoldsSomethingOrMost() {
    Placement nothing = process(11, sample().processUsed(size(0)));
    Placement unmeasured = process(11, sample());
    assertThat(new Place(List.of(unmeasured), false).held()).isNull();
    assertThat(new Place(List.of(unmeasured), false).isOccupied()).isFalse();
    assertThat(new Place(List.of(nothing), false).isOccupied()).isFalse();
    assertThat(new Place(List.of(nothing), true).isOccupied()).isTrue();
    Placement one = process(11, sample().processUsed(size(1)));
    assertThat(new Place(List.of(one), false).isOccupied()).isTrue();
  }

  @Test
  void ofProcessesWithoutARankItHasNone() {
    assertThat(new Place(List.of(process(11, sample().rank(null))), true).rank()).isNull();
  }

  @Test
  void itIsAsOfOneInstant() {
    // Given
    var processes = new ArrayList<>(List.of(process(11, sample())));
    var place = new Place(processes, false);

    // When
    processes.clear();

    // Then
    assertThat(place.processes()).hasSize(1);
  }

  private static Placement process(long pid, MemorySample.Builder sample) {
    MemorySample built = sample.pid(pid).build();
    return Placement.of(built).after(built, 1);
  }

  private static MemorySample.Builder sample() {
    return MemorySample.builder("a", "GPU-1", SnapshotBuilder.START)
        .rank(3)
        .host("h")
        .source(SampleSource.NVML)
        .deviceUsed(size(60))
        .deviceTotal(size(100));
  }

  private static MemorySize size(long bytes) {
    return new MemorySize(bytes);
  }
}

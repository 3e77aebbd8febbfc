package dev.headroom.ledger.place;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.ledger.SnapshotBuilder;
import dev.headroom.ledger.state.LastSampleTimes;
import dev.headroom.ledger.state.Placement;
import dev.headroom.memory.MemorySize;
import dev.headroom.sample.JobPhase;
import dev.headroom.sample.MemorySample;
import java.util.List;
import org.junit.jupiter.api.Test;

class PlacementFoldTest {

  private final PlacementFold placements = new PlacementFold(List.of());

  @Test
  void aSampleIsFoundAmongFewAndAmongMany() {
    for (int rank = 0; rank < 20; rank++) {
      MemorySample sample = sample(rank, "GPU-" + rank, "host-1", 1).build();
      assertThat(placements.find(sample)).isEqualTo(-1);
      assertThat(placements.needsOneMore(sample)).isTrue();
      take(sample);
      assertThat(placements.size()).isEqualTo(rank + 1);
      for (int known = 0; known <= rank; known++) {
        assertThat(placements.find(sample(known, "GPU-" + known, "host-1", 2).build()))
            .isEqualTo(known);
      }
    }
    placements.clear();
    assertThat(placements.find(sample(3, "GPU-" + 3, "host-1", 2).build())).isEqualTo(-1);
  }

  @Test
  void theListIsAsItWas() {
    take(sample(0, "GPU-" + 0, "host-1", 1).build());
    List<Placement> before = placements.list();
    take(sample(1, "GPU-" + 1, "host-1", 1).build());
    assertThat(before).hasSize(1);
  }

  @Test
  void oneRankOnTwoHostsWithinHalfAMinuteIsContested() {
    take(sample(0, "GPU-a", "host-1", 1).build());
    take(sample(0, "GPU-b", "host-2", 20).build());
    assertThat(placements.list()).extracting(Placement::contested).containsExactly(true, true);

    var later = new PlacementFold(List.of());
    take(later, sample(0, "GPU-a", "host-1", 1).build());
    take(later, sample(0, "GPU-b", "host-2", 31).build());
    assertThat(later.list()).extracting(Placement::contested).containsExactly(false, false);
  }

  @Test
  void aRankWhoseStepsAreCountedTwiceIsContested() {
    take(sample(0, "GPU-a", "host-1", 1).step(90L).build());
    take(sample(0, "GPU-b", "host-1", 2).step(5L).build());
    take(sample(0, "GPU-a", "host-1", 3).step(91L).build());
    assertThat(placements.list()).extracting(Placement::contested).containsExactly(true, true);
  }

  @Test
  void aJobHasEndedWhenEachRankSaidSoOrFellSilent() {
    take(sample(0, "GPU-" + 0, "host-1", 1).build());
    take(sample(1, "GPU-" + 1, "host-1", 1).build());
    assertThat(placements.hasEnded()).isFalse();
    take(sample(0, "GPU-" + 0, "host-1", 2).phase(JobPhase.ENDED).build());
    assertThat(placements.hasEnded()).isFalse();
    take(sample(0, "GPU-" + 0, "host-1", 62).phase(JobPhase.ENDED).build());
    assertThat(placements.hasEnded()).as("the other one is silent").isTrue();
    take(sample(1, "GPU-" + 1, "host-1", 63).build());
    assertThat(placements.hasEnded()).isFalse();
    take(sample(1, "GPU-" + 1, "host-1", 64).phase(JobPhase.ENDED).build());
    assertThat(placements.hasEnded()).isTrue();
  }

  private static MemorySample.Builder sample(int rank, String gpu, String host, long second) {
    return SnapshotBuilder.sample("a", gpu, second)
        .rank(rank)
        .host(host)
        .pid(100L + rank)
        .allocated(new MemorySize(7));
  }

  private void take(MemorySample sample) {
    take(placements, sample);
  }

  private static void take(PlacementFold placements, MemorySample sample) {
    long nanos = LastSampleTimes.nanos(sample.time());
    int index = placements.find(sample);
    var _ = placements.apply(sample, index < 0 ? placements.add(sample, nanos) : index, nanos);
  }
}

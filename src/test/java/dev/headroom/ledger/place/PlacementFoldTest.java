package dev.headroom.ledger.place;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.ledger.SnapshotBuilder;
import dev.headroom.ledger.state.LastSampleTimes;
import dev.headroom.ledger.state.Placement;
import dev.headroom.memory.MemorySize;
import dev.headroom.sample.JobPhase;
import dev.headroom.sample.MemorySample;
import dev.headroom.sample.SampleSource;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

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

  /// One process is known by its host; the others may be it as far as one knows.
  @ParameterizedTest
  @ValueSource(ints = {2, 12})
  void theOneThatIsSurelyMeantIsFound(int placesOfOthers) {
    for (int i = 0; i < placesOfOthers; i++) {
      take(sample(10 + i, "GPU-a", "host-" + i, 1).build());
    }
    MemorySample likely = sample(0, "GPU-a", "host-1", 1).host(null).build();
    take(likely);
    MemorySample known = sample(0, "GPU-a", "host-1", 1).build();
    int sure = placements.add(known, LastSampleTimes.nanos(known.time()));
    MemorySample unsure = sample(0, "GPU-a", "host-1", 1).host(null).pid(null).rank(null).build();
    int last = placements.add(unsure, LastSampleTimes.nanos(unsure.time()));
    assertThat(last).isEqualTo(sure + 1);
    // Then
    assertThat(placements.find(known)).isEqualTo(sure);
    assertThat(placements.get(sure).host()).isEqualTo("host-1");
    assertThat(placements.find(sample(0, "GPU-b", "host-1", 1).build())).isEqualTo(-1);
  }

  @Test
  void aNewProcessTakesThePlaceOfOneThatEnded() {
    // Given three ranks, of which all but the last ended
    for (int rank = 0; rank < 3; rank++) {
      take(sample(rank, "GPU-a", "host-1", 1).build());
    }
    for (int rank = 0; rank < 2; rank++) {
      take(sample(rank, "GPU-a", "host-1", 2).phase(JobPhase.ENDED).build());
    }
    // When
    for (int rank = 0; rank < 2; rank++) {
      MemorySample successor = sample(rank, "GPU-a", "host-1", 3).pid(200L + rank).build();
      assertThat(placements.find(successor)).isEqualTo(-1);
      assertThat(placements.needsOneMore(successor)).isFalse();
      take(successor);
    }
    // Then
    assertThat(placements.list()).extracting(Placement::pid).containsExactly(200L, 201L, 102L);
    MemorySample beside =
        sample(2, "GPU-a", "host-1", 3).pid(300L).source(SampleSource.NVML).build();
    assertThat(placements.needsOneMore(beside)).isTrue();
    assertThat(placements.needsOneMore(sample(2, "GPU-a", "host-1", 3).build())).isFalse();
  }

  @Test
  void answersThePlacementAfterASample() {
    MemorySample sample = sample(0, "GPU-a", "host-1", 1).step(7L).build();
    int index = placements.add(sample, LastSampleTimes.nanos(sample.time()));
    Placement after = placements.apply(sample, index, LastSampleTimes.nanos(sample.time()));
    assertThat(after.step()).isEqualTo(7);
    assertThat(placements.get(index)).isSameAs(after);
    assertThat(placements.list()).containsExactly(after);
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

    var other = new PlacementFold(List.of());
    take(other, sample(0, "GPU-a", "host-1", 1).build());
    take(other, sample(1, "GPU-b", "host-2", 2).build());
    take(other, sample(0, "GPU-c", "host-1", 3).build());
    assertThat(other.list()).extracting(Placement::contested).containsOnly(false);

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

  /// The counts go on side by side where the other one was heard of less than half a minute before.
  @ParameterizedTest
  @CsvSource({"2, 3, true", "3, 3, false", "2, 31, true", "2, 32, false"})
  void stepsAreCountedTwiceWithinHalfAMinute(long between, long second, boolean contested) {
    take(sample(0, "GPU-a", "host-1", 1).step(90L).build());
    take(sample(0, "GPU-b", "host-1", between).step(5L).build());
    take(sample(0, "GPU-a", "host-1", second).step(91L).build());
    assertThat(placements.list()).extracting(Placement::contested).containsOnly(contested);
  }

  @Test
  void aCountThatIsAheadOrOverContestsNothing() {
    take(sample(0, "GPU-a", "host-1", 1).step(90L).build());
    take(sample(0, "GPU-b", "host-1", 2).step(95L).build());
    take(sample(0, "GPU-a", "host-1", 3).step(91L).build());
    take(sample(0, "GPU-a", "host-1", 4).step(96L).phase(JobPhase.ENDED).build());
    assertThat(placements.list()).extracting(Placement::contested).containsOnly(false);
  }

  /// With eight places a job's steps are not compared any more.
  @ParameterizedTest
  @CsvSource({"7, true", "8, false"})
  void amongManyNoStepsAreCompared(int places, boolean contested) {
    take(sample(0, "GPU-a", "host-1", 1).step(90L).build());
    take(sample(0, "GPU-b", "host-1", 2).step(5L).build());
    for (int rank = 1; rank < places - 1; rank++) {
      take(sample(rank, "GPU-a", "host-1", 2).build());
    }
    take(sample(0, "GPU-a", "host-1", 3).step(91L).build());
    assertThat(placements.size()).isEqualTo(places);
    assertThat(placements.get(0).contested()).isEqualTo(contested);
  }

  @Test
  void processesWithoutARankHaveASayWhereNoRankIsHeard() {
    // Given a rank and a process that only the agent sees
    take(sample(0, "GPU-a", "host-1", 1).build());
    take(unranked(1));
    take(sample(0, "GPU-a", "host-1", 2).phase(JobPhase.ENDED).build());
    assertThat(placements.hasEnded()).as("it has no say beside a rank").isTrue();

    // When the rank is silent
    take(unranked(63));

    // Then
    assertThat(placements.hasEnded()).isFalse();
  }

  @Test
  void processesAreGoneOnceEachEndedOrFellSilent() {
    assertThat(placements.areGone(0)).isTrue();
    take(sample(0, "GPU-a", "host-1", 1).build());
    take(sample(1, "GPU-b", "host-1", 2).build());
    assertThat(placements.areGone(at(61))).isFalse();
    assertThat(placements.areGone(at(62))).as("not a minute for one").isFalse();
    assertThat(placements.areGone(at(63))).isTrue();
    take(sample(0, "GPU-a", "host-1", 3).phase(JobPhase.ENDED).build());
    assertThat(placements.areGone(at(3))).isFalse();
    take(sample(1, "GPU-b", "host-1", 3).phase(JobPhase.ENDED).build());
    assertThat(placements.areGone(at(3))).isTrue();
  }

  private static MemorySample unranked(long second) {
    return sample(1, "GPU-b", "host-1", second)
        .rank(null)
        .source(SampleSource.NVML)
        .processUsed(new MemorySize(5))
        .build();
  }

  private static long at(long second) {
    return LastSampleTimes.nanos(SnapshotBuilder.START.plusSeconds(second));
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

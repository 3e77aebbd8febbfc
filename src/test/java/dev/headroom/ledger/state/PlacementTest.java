package dev.headroom.ledger.state;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.memory.Category;
import dev.headroom.memory.MemorySize;
import dev.headroom.sample.JobPhase;
import dev.headroom.sample.MemorySample;
import dev.headroom.sample.RunOutcome;
import dev.headroom.sample.SampleSource;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// One process on one GPU, as agent and reporter tell of it.
class PlacementTest {

  private static final Instant T0 = Instant.parse("2026-11-01T12:00:00Z");
  private static final long MINUTE = 60_000_000_000L;

  @Test
  void theNewestOfEachSizeStandsWhoeverMeasuredIt() {
    // Given
    Placement placement =
        after(reporter().allocated(size(10)).reserved(size(20)).step(4L).build(), 1);

    // When
    Placement next = placement.after(agent().processUsed(size(30)).deviceUsed(size(60)).build(), 2);

    // Then
    assertThat(next.latest().allocated()).isEqualTo(size(10));
    assertThat(next.latest().reserved()).isEqualTo(size(20));
    assertThat(next.latest().processUsed()).isEqualTo(size(30));
    assertThat(next.latest().deviceUsed()).isEqualTo(size(60));
    assertThat(next.step()).isEqualTo(4);
    assertThat(next.rank()).isEqualTo(0);
    assertThat(next.peaks()).isEqualTo(new MemoryPeaks(size(10), size(20), size(30)));
    assertThat(next.times()).isEqualTo(new LastSampleTimes(2, 0, 1, 0));
    assertThat(next.held()).isEqualTo(size(30));
    assertThat(placement.held()).isEqualTo(size(20));
    assertThat(after(reporter().allocated(size(10)).build(), 1).held()).isEqualTo(size(10));
  }

  @Test
  void aReportersWordOnTheEndStands() {
    // Given
    Placement ended =
        after(reporter().phase(JobPhase.ENDED).outcome(RunOutcome.COMPLETED).build(), 1);
    assertThat(ended.hasEnded()).isTrue();

    // When, then
    assertThat(ended.after(agent().phase(JobPhase.ENDED).build(), 2).outcome())
        .isEqualTo(RunOutcome.COMPLETED);
    assertThat(
            ended
                .after(agent().phase(JobPhase.ENDED).outcome(RunOutcome.FAILED).build(), 2)
                .outcome())
        .isEqualTo(RunOutcome.FAILED);
    assertThat(ended.after(agent().build(), 2).phase()).isEqualTo(JobPhase.ENDED);
  }

  @Test
  void theLeastFreeMemoryIsThatOfTheTightestSource() {
    // Given
    Placement placement = after(agent().deviceTotal(size(100)).deviceUsed(size(60)).build(), 1);
    assertThat(placement.freeBytes()).isEqualTo(40);

    // When another sees more free, it is not taken; when it sees less, it is
    Placement more =
        placement.after(reporter().deviceTotal(size(100)).deviceUsed(size(50)).build(), 2);
    assertThat(more.freeBytes()).isEqualTo(40);
    Placement less =
        placement.after(reporter().deviceTotal(size(100)).deviceUsed(size(90)).build(), 2);
    assertThat(less.freeBytes()).isEqualTo(10);
    assertThat(less.tightest()).isEqualTo(SampleSource.FRAMEWORK);

    // When the tightest one sees more, or was silent for a minute
    assertThat(
            less.after(reporter().deviceTotal(size(100)).deviceUsed(size(20)).build(), 3)
                .freeBytes())
        .isEqualTo(80);
    assertThat(
            less.after(agent().deviceTotal(size(100)).deviceUsed(size(20)).build(), 3 + MINUTE)
                .freeBytes())
        .isEqualTo(80);
    assertThat(after(agent().deviceTotal(size(9)).deviceUsed(size(10)).build(), 1).freeBytes())
        .isZero();
    assertThat(after(agent().deviceUsed(size(10)).build(), 1).freeBytes()).isEqualTo(-1);
  }

  @Test
  void aSampleBelongsWhereWhatBothKnowAgrees() {
    Placement placement = after(reporter().build(), 1);
    assertThat(placement.isOf(agent().build())).isTrue();
    assertThat(placement.isOf(reporter().rank(1).build())).isFalse();
    assertThat(placement.isOf(agent().pid(8L).build())).isFalse();
    assertThat(placement.isOf(agent().host("another").build())).isFalse();
    assertThat(placement.isOf(MemorySample.builder("a", "GPU-2", T0).allocated(size(1)).build()))
        .isFalse();
    assertThat(placement.isSurely(agent().build())).isTrue();
    assertThat(placement.isSurely(agent().host(null).build())).isFalse();
    assertThat(placement.isSurely(agent().pid(null).build())).isFalse();
    assertThat(placement.isSurely(agent().pid(null).rank(0).build())).isTrue();
  }

  @Test
  void aProcessThatEndedOrFellSilentIsSucceeded() {
    Placement both = after(reporter().build(), 1).after(agent().build(), 1);
    MemorySample next = reporter().pid(9L).build();
    assertThat(both.isSucceededBy(next, 1 + MINUTE)).isFalse();
    assertThat(both.isSucceededBy(next, 2 + MINUTE)).isTrue();
    assertThat(both.isSucceededBy(reporter().rank(1).build(), 2 + MINUTE)).isFalse();
    assertThat(after(reporter().build(), 1).isSucceededBy(next, 2))
        .as("a rank has one reporter")
        .isTrue();
    assertThat(both.after(reporter().phase(JobPhase.ENDED).build(), 2).isSucceededBy(next, 3))
        .isTrue();
    assertThat(both.isSilentAt(1 + MINUTE)).isFalse();
    assertThat(both.isSilentAt(2 + MINUTE)).isTrue();
  }

  @Test
  void whoKnowsItIsToldByItsTimes() {
    assertThat(after(reporter().build(), 1).isOnlyReported()).isTrue();
    assertThat(after(reporter().build(), 1).after(agent().build(), 2).isOnlyReported()).isFalse();
    assertThat(after(agent().processUsed(size(1)).build(), 1).isOnlyCharged()).isTrue();
    assertThat(after(agent().build(), 1).isOnlyCharged()).isFalse();
    assertThat(after(reporter().processUsed(size(1)).build(), 1).isOnlyCharged()).isFalse();
  }

  @Test
  void agentsAndReportersWordAreJoined() {
    // Given
    Placement charged =
        after(agent().processUsed(size(30)).deviceTotal(size(100)).deviceUsed(size(50)).build(), 5);
    Placement reported =
        after(
            reporter()
                .reserved(size(20))
                .categories(Map.of(Category.PARAMETERS, size(7)))
                .phase(JobPhase.BACKWARD)
                .step(6L)
                .build(),
            4);

    // When
    Placement joined = charged.joined(reported.contend());

    // Then
    assertThat(joined.rank()).isEqualTo(0);
    assertThat(joined.latest().processUsed()).isEqualTo(size(30));
    assertThat(joined.latest().reserved()).isEqualTo(size(20));
    assertThat(joined.categories()).containsOnlyKeys(Category.PARAMETERS);
    assertThat(joined.phase()).isEqualTo(JobPhase.BACKWARD);
    assertThat(joined.step()).isEqualTo(6);
    assertThat(joined.contested()).isTrue();
    assertThat(joined.freeBytes()).isEqualTo(50);
    assertThat(joined.times()).isEqualTo(new LastSampleTimes(5, 0, 4, 0));
    assertThat(joined.peaks()).isEqualTo(new MemoryPeaks(size(10), size(20), size(30)));
  }

  @Test
  void aRankThatWentOnElsewhereAtAnEarlierStepOvertakes() {
    Placement old = after(reporter().step(9L).build(), 1);
    assertThat(old.isOvertakenBy(after(reporter().step(2L).build(), 2))).isTrue();
    assertThat(old.isOvertakenBy(after(reporter().step(9L).build(), 2))).isFalse();
    assertThat(old.isOvertakenBy(after(reporter().step(2L).build(), 1))).isFalse();
    assertThat(old.isOvertakenBy(after(reporter().rank(1).step(2L).build(), 2))).isFalse();
  }

  private static Placement after(MemorySample sample, long nanos) {
    return Placement.of(sample).after(sample, nanos);
  }

  private static MemorySample.Builder reporter() {
    return builder(SampleSource.FRAMEWORK).rank(0);
  }

  private static MemorySample.Builder agent() {
    return builder(SampleSource.NVML);
  }

  private static MemorySample.Builder builder(@Nullable SampleSource source) {
    return MemorySample.builder("a", "GPU-1", T0)
        .host("h")
        .pid(7L)
        .source(source)
        .allocated(size(10));
  }

  private static MemorySize size(long bytes) {
    return new MemorySize(bytes);
  }
}

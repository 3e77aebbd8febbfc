package dev.headroom.ledger.place;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.headroom.ledger.SnapshotBuilder;
import dev.headroom.ledger.state.Placement;
import dev.headroom.memory.MemorySize;
import dev.headroom.sample.JobPhase;
import dev.headroom.sample.MemorySample;
import dev.headroom.sample.SampleSource;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// The ranks, processes and GPUs of a job: as `rank@GPU=held of so many processes`, and `home`
/// where its budget belongs.
class JobPlacesTest {

  private final SnapshotBuilder ledger = new SnapshotBuilder();

  @Test
  void theProcessesOfARankAddUpAndItsHomeIsWhereItHoldsMost() {
    // Given the job of the drawing
    charged("GPU-a", 0, 11, 9, 1);
    charged("GPU-b", 0, 11, 0, 1);
    charged("GPU-a", 0, 12, 1, 1);
    charged("GPU-b", 1, 13, 9, 1);

    // Then
    assertThat(places())
        .containsExactlyInAnyOrder("0@GPU-a=10 of 2 home", "0@GPU-b=0 of 1", "1@GPU-b=9 of 1 home");
    assertThat(of().ranks()).isEqualTo(2);
    assertThat(of().fullest().orElseThrow().gpu()).isEqualTo("GPU-a");
    assertThat(of().fullest().orElseThrow().main().pid()).isEqualTo(11);
  }

  @Test
  void aSingleProcessIsAtHome() {
    charged("GPU-a", 0, 11, 9, 1);
    assertThat(places()).containsExactly("0@GPU-a=9 of 1 home");
    // And one that outlived the others
    charged("GPU-b", 1, 12, 5, 62);
    assertThat(places()).containsExactly("1@GPU-b=5 of 1 home");
  }

  @Test
  void ofTwoPlacesThatHoldAsMuchTheFirstByNameIsHome() {
    charged("GPU-b", 0, 11, 5, 1);
    charged("GPU-a", 0, 11, 5, 1);
    assertThat(places()).containsExactlyInAnyOrder("0@GPU-a=5 of 1 home", "0@GPU-b=5 of 1");
  }

  @Test
  void aProcessWithoutARankIsThatOfItsRankElsewhereElseOfTheRankAtHome() {
    charged("GPU-a", 0, 11, 5, 1);
    charged("GPU-b", null, 11, 7, 1);
    charged("GPU-b", null, 12, 3, 1);
    assertThat(places()).containsExactlyInAnyOrder("0@GPU-a=5 of 1", "null@GPU-b=10 of 2 home");
    assertThat(of().ranks()).isEqualTo(1);
  }

  @Test
  void withoutNumbersEachProcessIsARankOnHoweverManyGpus() {
    charged("GPU-a", null, 11, 5, 1);
    charged("GPU-b", null, 11, 0, 1);
    charged("GPU-b", null, 12, 5, 1);
    charged("GPU-a", null, 12, 0, 1);
    assertThat(of().ranks()).isEqualTo(2);
  }

  @Test
  void ofProcessesWithoutARankTheLargestOnAGpuIsAtHomeThere() {
    charged("GPU-a", null, 13, 1, 1);
    charged("GPU-a", null, 11, 9, 1);
    charged("GPU-a", null, 12, 9, 1);
    charged("GPU-b", null, 14, 2, 1);
    assertThat(places())
        .containsExactlyInAnyOrder("null@GPU-a=19 of 3 home", "null@GPU-b=2 of 1 home");
    assertThat(of().ranks()).isEqualTo(4);
    assertThat(of().places().stream().filter(Place::isHome).map(it -> it.main().pid()))
        .containsExactlyInAnyOrder(11L, 14L);
    assertThat(of().fullest().orElseThrow().processes())
        .as("most held first, then by number")
        .extracting(Placement::pid)
        .containsExactly(11L, 12L, 13L);
  }

  @Test
  void whereARankWithANumberIsAtHomeTheOthersAreWhatItStarted() {
    charged("GPU-a", 3, 11, 5, 1);
    charged("GPU-a", null, 12, 9, 1);
    charged("GPU-b", null, 13, 5, 1);
    assertThat(places())
        .containsExactlyInAnyOrder("3@GPU-a=14 of 2 home", "null@GPU-b=5 of 1 home");
    assertThat(of().ranks()).isEqualTo(2);
    assertThat(of().fullest().orElseThrow().main().pid()).isEqualTo(12);
  }

  @Test
  void aHomeWithoutANumberIsOneMoreRank() {
    charged("GPU-a", 3, 11, 5, 1);
    charged("GPU-b", null, 13, 5, 1);
    assertThat(of().ranks()).isEqualTo(2);
  }

  @Test
  void whatIsSilentForAMinuteWhileOthersGoOnIsGone() {
    charged("GPU-a", 0, 11, 30, 1);
    charged("GPU-b", 1, 12, 5, 61);
    assertThat(places()).hasSize(2);
    charged("GPU-b", 1, 12, 5, 62);
    assertThat(places()).containsExactly("1@GPU-b=5 of 1 home");
  }

  @Test
  void whatEndedIsLeftOutWhileAnyGoesOn() {
    charged("GPU-a", 0, 11, 30, 1);
    charged("GPU-b", 1, 12, 5, 1);
    end("GPU-a", 0, 11, 2);
    assertThat(places()).containsExactly("1@GPU-b=5 of 1 home");
    end("GPU-b", 1, 12, 3);
    assertThat(places()).hasSize(2);
  }

  @Test
  void aProcessThatTheReporterKnowsByAnotherNameIsTheLargestOfTheAgents() {
    // Given two processes of no rank in a container
    charged("GPU-a", null, 48_213, 4, 1);
    charged("GPU-a", null, 48_214, 10, 1);
    reported("GPU-a", null, 7, 9, 1);

    // Then
    assertThat(places()).containsExactly("null@GPU-a=14 of 2 home");
    assertThat(of().fullest().orElseThrow().sizes().reserved()).isEqualTo(new MemorySize(9));
    assertThat(of().fullest().orElseThrow().processes())
        .extracting(Placement::pid, Placement::isOnlyCharged)
        .containsExactly(tuple(48_214L, false), tuple(48_213L, true));

    // When one more is reported than is charged
    reported("GPU-a", null, 8, 2, 1);
    reported("GPU-a", null, 9, 3, 1);

    // Then it is one more process
    assertThat(places()).containsExactly("null@GPU-a=16 of 3 home");
  }

  @Test
  void withoutASizeOfItsOwnNoPlaceIsTheFullest() {
    // Given
    ledger.with(agent("GPU-a", 0, 11, 1).deviceUsed(new MemorySize(9)).build(), 1);
    assertThat(of().fullest()).isEmpty();

    // When
    charged("GPU-b", 1, 12, 0, 1);

    // Then
    assertThat(of().fullest().orElseThrow().gpu()).isEqualTo("GPU-b");
  }

  @Test
  void theMainProcessOfAPlaceHoldsMostWhicheverCameFirst() {
    charged("GPU-a", 0, 11, 1, 1);
    charged("GPU-a", 0, 12, 9, 1);
    charged("GPU-a", 0, 13, 2, 1);
    assertThat(of().places().getFirst().processes())
        .extracting(process -> process.pid())
        .containsExactly(12L, 13L, 11L);
  }

  @Test
  void aProcessOfWhichNothingIsKnownIsAPlaceOfItsOwn() {
    for (String gpu : List.of("GPU-a", "GPU-b")) {
      ledger.with(
          MemorySample.builder("a", gpu, SnapshotBuilder.START)
              .processUsed(new MemorySize(1))
              .build(),
          0);
    }
    assertThat(places())
        .containsExactlyInAnyOrder("null@GPU-a=1 of 1 home", "null@GPU-b=1 of 1 home");
    assertThat(of().ranks()).isEqualTo(2);
  }

  @Test
  void equalRanksAreJoinedFirstAndNeverAcrossGpus() {
    // Given
    charged("GPU-a", 1, 101, 10, 1);
    charged("GPU-a", null, 102, 4, 1);
    charged("GPU-b", null, 103, 20, 1);
    reported("GPU-a", 0, 7, 3, 1);
    reported("GPU-a", 1, 8, 12, 1);

    // Then rank 1 is the agent's rank 1, and only rank 0 the one that nobody numbered
    assertThat(places())
        .containsExactlyInAnyOrder(
            "1@GPU-a=10 of 1 home", "0@GPU-a=4 of 1 home", "null@GPU-b=20 of 1 home");
  }

  @Test
  void otherRanksAreNotJoinedAndUnknownOnesAre() {
    charged("GPU-a", 1, 101, 10, 1);
    reported("GPU-a", 0, 7, 3, 1);
    assertThat(places()).containsExactlyInAnyOrder("1@GPU-a=10 of 1 home", "0@GPU-a=3 of 1 home");
    charged("GPU-b", 2, 102, 8, 1);
    reported("GPU-b", null, 8, 4, 1);
    assertThat(places())
        .containsExactlyInAnyOrder(
            "1@GPU-a=10 of 1 home", "0@GPU-a=3 of 1 home", "2@GPU-b=8 of 1 home");
  }

  private JobPlaces of() {
    return JobPlaces.of(Objects.requireNonNull(ledger.snapshot().jobs().get("a")));
  }

  private List<String> places() {
    return of().places().stream()
        .map(
            it ->
                "%s@%s=%d of %d%s"
                    .formatted(
                        it.rank(),
                        it.gpu(),
                        Objects.requireNonNull(it.held()).bytes(),
                        it.processes().size(),
                        it.isHome() ? " home" : ""))
        .toList();
  }

  private void charged(String gpu, @Nullable Integer rank, long pid, long held, long second) {
    ledger.with(agent(gpu, rank, pid, second).processUsed(new MemorySize(held)).build(), second);
  }

  private void end(String gpu, @Nullable Integer rank, long pid, long second) {
    ledger.with(
        agent(gpu, rank, pid, second).processUsed(MemorySize.ZERO).phase(JobPhase.ENDED).build(),
        second);
  }

  private void reported(String gpu, @Nullable Integer rank, long pid, long held, long second) {
    ledger.with(
        builder(gpu, rank, pid, second)
            .host("container")
            .source(SampleSource.FRAMEWORK)
            .reserved(new MemorySize(held))
            .build(),
        second);
  }

  private static MemorySample.Builder agent(
      String gpu, @Nullable Integer rank, long pid, long second) {
    return builder(gpu, rank, pid, second).host("node").source(SampleSource.NVML);
  }

  private static MemorySample.Builder builder(
      String gpu, @Nullable Integer rank, long pid, long second) {
    return MemorySample.builder("a", gpu, SnapshotBuilder.START.plusSeconds(second))
        .rank(rank)
        .pid(pid);
  }
}

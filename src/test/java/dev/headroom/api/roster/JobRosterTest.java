package dev.headroom.api.roster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headroom.ledger.SnapshotBuilder;
import dev.headroom.ledger.headroom.GpuHeadroom;
import dev.headroom.memory.MemorySize;
import dev.headroom.sample.JobPhase;
import dev.headroom.sample.RunOutcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class JobRosterTest {

  /// Four jobs: one is fine, one is above its budget, one has no budget, one died.
  private final JobRoster roster =
      new JobRoster(
          new SnapshotBuilder()
              .with(SnapshotBuilder.gpu("GPU-1", 1, 3500), 1)
              .with(SnapshotBuilder.config("a-fine", "resnet50"), 1)
              .with(SnapshotBuilder.config("b-over", "vgg16"), 1)
              .with(SnapshotBuilder.config("d-dead", "swin"), 1)
              .with(SnapshotBuilder.sample("a-fine", "GPU-1", 4).allocated(size(1500)).build(), 4)
              .with(
                  SnapshotBuilder.sample("b-over", "GPU-2", 3)
                      .allocated(size(3L << 30))
                      .deviceUsed(size(9))
                      .deviceTotal(size(10))
                      .build(),
                  4)
              .with(SnapshotBuilder.sample("c-plain", "GPU-3", 2).reserved(size(7)).build(), 4)
              .with(
                  SnapshotBuilder.sample("d-dead", "GPU-4", 1)
                      .phase(JobPhase.ENDED)
                      .outcome(RunOutcome.OUT_OF_MEMORY)
                      .allocated(size(2100))
                      .build(),
                  4)
              .snapshot());

  @Test
  void everyJobAndGpuOfItsSnapshotIsInIt() {
    assertThat(roster.entries())
        .extracting(entry -> entry.job().job())
        .containsExactlyInAnyOrder("a-fine", "b-over", "c-plain", "d-dead");
    assertThat(roster.snapshot().jobs().get("a-fine")).isNotNull();
    assertThat(roster.gpus())
        .containsKey("GPU-1")
        .containsOnlyKeys(GpuHeadroom.of(roster.snapshot()).keySet());
  }

  @Test
  void theWorstJobComesFirst() {
    assertThat(names("severity")).containsExactly("d-dead", "b-over", "c-plain", "a-fine");
    assertThat(names("-severity")).containsExactly("a-fine", "c-plain", "b-over", "d-dead");
  }

  @Test
  void whatIsUnknownComesLastInEitherDirection() {
    assertThat(names("drift")).containsExactly("b-over", "d-dead", "a-fine", "c-plain");
    assertThat(names("-drift")).containsExactly("a-fine", "d-dead", "b-over", "c-plain");
    assertThat(names("headroom")).startsWith("b-over");
    assertThat(names("-headroom")).startsWith("b-over");
    assertThat(names("last_sample")).containsExactly("d-dead", "c-plain", "b-over", "a-fine");
  }

  @Test
  void filtersAndSearchAreAnyCaseAndOfAnyPart() {
    assertThat(names(query(null, "out_of_memory", null, null, null))).containsExactly("d-dead");
    assertThat(names(query(null, null, "warning", null, null))).containsExactly("b-over");
    assertThat(names(query(null, null, null, "a100", null))).containsExactly("a-fine");
    assertThat(names(query(null, null, null, null, "VGG"))).containsExactly("b-over");
    assertThat(names(query("name", null, null, null, "GPU-07"))).hasSize(4);
    assertThat(names(query(null, null, null, null, "zzz"))).isEmpty();
    assertThatThrownBy(() -> query(null, null, null, null, "x".repeat(201)))
        .hasMessage("search is longer than 200");
  }

  @ParameterizedTest
  @EnumSource(JobSort.class)
  void pagesTogetherAreTheWhole(JobSort sort) {
    for (String order : List.of(sort.wireName(), "-" + sort.wireName())) {
      // Given
      JobQuery query = query(order, null, null, null, null);
      List<String> whole = names(query);

      // When
      var found = new ArrayList<String>();
      String after = null;
      do {
        JobRoster.Page page = roster.page(query, after, 1);
        assertThat(page.total()).isEqualTo(4);
        page.entries().forEach(entry -> found.add(entry.job().job()));
        after = page.next();
      } while (after != null);

      // Then
      assertThat(found).isEqualTo(whole).hasSize(4);
    }
  }

  @Test
  void anOffsetLeavesOutAsManyOfThoseThatMatch() {
    JobQuery all = query("name", null, null, null, null);
    List<String> whole = names(all);
    for (int offset = 0; offset < 6; offset++) {
      JobRoster.Page page = roster.page(all, offset, 2);
      assertThat(page.total()).isEqualTo(4);
      assertThat(page.entries())
          .extracting(entry -> entry.job().job())
          .isEqualTo(whole.subList(Math.min(4, offset), Math.min(4, offset + 2)));
      assertThat(page.next() != null).isEqualTo(offset < 2);
    }
    JobQuery over = query(null, null, "warning", null, null);
    assertThat(roster.page(over, 0, 2).entries()).hasSize(1);
    assertThat(roster.page(over, 1, 2).entries()).isEmpty();
  }

  @Test
  void aPageAfterAJobThatIsGoneBeginsAgainButForNames() {
    assertThat(roster.page(query("name", null, null, null, null), "bb", 1).entries())
        .extracting(entry -> entry.job().job())
        .containsExactly("c-plain");
    assertThat(roster.page(query("-name", null, null, null, null), "bb", 1).entries())
        .extracting(entry -> entry.job().job())
        .containsExactly("b-over");
    for (String afterAll : List.of("zz", "d-dead")) {
      JobRoster.Page none = roster.page(query("name", null, null, null, null), afterAll, 1);
      assertThat(none.entries()).isEmpty();
      assertThat(none.next()).isNull();
      assertThat(none.total()).isEqualTo(4);
    }
    assertThatThrownBy(() -> roster.page(query("drift", null, null, null, null), "bb", 1))
        .hasMessageStartingWith("after names a job that is gone");
  }

  @Test
  void anOrderIsTheSameWhateverOrderTheJobsCameIn() {
    // Given
    var random = new Random(7);
    var builder = new SnapshotBuilder();
    for (int i = 0; i < 10_000; i++) {
      String job = "job-" + random.nextInt(1_000_000);
      builder.with(
          SnapshotBuilder.sample(job, "GPU-" + i, 1).reserved(size(random.nextInt(9))).build(), 1);
    }
    var many = new JobRoster(builder.snapshot());

    // When
    JobRoster.Page page = many.page(query("measured", null, null, null, null), null, 1000);

    // Then equal ones follow by name
    assertThat(page.entries()).hasSize(1000);
    assertThat(page.entries())
        .isSortedAccordingTo(
            (one, other) -> {
              int held = Long.compare(other.held().orElseThrow(), one.held().orElseThrow());
              return held != 0 ? held : one.job().job().compareTo(other.job().job());
            });
  }

  private List<String> names(String sort) {
    return names(query(sort, null, null, null, null));
  }

  private List<String> names(JobQuery query) {
    return roster.page(query, null, 100).entries().stream()
        .map(entry -> entry.job().job())
        .toList();
  }

  private static JobQuery query(
      @Nullable String sort,
      @Nullable String state,
      @Nullable String severity,
      @Nullable String gpuModel,
      @Nullable String search) {
    return JobQuery.of(sort, state, severity, gpuModel, search);
  }

  private static MemorySize size(long bytes) {
    return new MemorySize(bytes);
  }
}

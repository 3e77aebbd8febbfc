package dev.headroom.api.view;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.api.roster.JobRoster;
import dev.headroom.ledger.Snapshot;
import dev.headroom.ledger.SnapshotBuilder;
import dev.headroom.memory.Category;
import dev.headroom.memory.MemorySize;
import dev.headroom.sample.JobPhase;
import dev.headroom.sample.RunOutcome;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class JobDetailTest {

  @Test
  void aJobHasItsSetUpItsCategoriesAndItsRanks() {
    // Given
    Snapshot snapshot =
        new SnapshotBuilder()
            .with(SnapshotBuilder.config("a", "resnet50"), 0)
            .with(
                SnapshotBuilder.sample("a", "GPU-0", 1)
                    .allocated(size(5))
                    .deviceUsed(size(60))
                    .deviceTotal(size(100))
                    .build(),
                1)
            .with(
                SnapshotBuilder.sample("a", "GPU-1", 2)
                    .rank(1)
                    .pid(7L)
                    .allocated(size(9))
                    .categories(Map.of(Category.GRADIENTS, size(3)))
                    .build(),
                2)
            .snapshot();

    // When
    JobDetail detail = detail(snapshot);

    // Then
    assertThat(detail.setup())
        .isEqualTo(
            new JobDetail.Setup(
                "pytorch 2.15.0", "training", 32, "sgd", "float32", "float32", "none", 1));
    assertThat(detail.reasons()).isEmpty();
    assertThat(detail.categories())
        .hasSize(7)
        .contains(
            new JobDetail.CategoryView("gradients", 400L, 0L, 3L),
            new JobDetail.CategoryView("parameters", 100L, 100L, null));
    assertThat(detail.driftCauses()).isEmpty();
    assertThat(detail.layers()).isEqualTo(2);
    assertThat(detail.heaviestLayers()).extracting(LayerView::name).containsExactly("conv1", "fc");
    assertThat(detail.placements())
        .containsExactly(
            new JobDetail.PlacementView(
                1,
                "GPU-1",
                "gpu-07",
                7L,
                "forward",
                5L,
                null,
                new SizesView.Measured(9L, null, null),
                new SizesView.Measured(9L, null, null),
                null,
                null,
                false),
            new JobDetail.PlacementView(
                0,
                "GPU-0",
                "gpu-07",
                4711L,
                "forward",
                5L,
                null,
                new SizesView.Measured(5L, null, null),
                new SizesView.Measured(5L, null, null),
                100L,
                60L,
                false));
    assertThat(detail.samples()).isEqualTo(new JobDetail.Samples(2, 0, 0, 0));
    assertThat(detail.firstSample()).isEqualTo(SnapshotBuilder.START.plusSeconds(1));
    assertThat(detail.endedAt()).isNull();
    assertThat(detail.outcome()).isNull();
    assertThat(detail.pastRuns()).isEmpty();
  }

  @Test
  void howItEndedIsSaid() {
    JobDetail detail =
        detail(
            new SnapshotBuilder()
                .with(
                    SnapshotBuilder.sample("a", "GPU-0", 1)
                        .phase(JobPhase.ENDED)
                        .outcome(RunOutcome.FAILED)
                        .allocated(size(5))
                        .build(),
                    3)
                .snapshot());
    assertThat(detail.outcome()).isEqualTo("failed");
    assertThat(detail.endedAt()).isEqualTo(SnapshotBuilder.START.plusSeconds(3));
    assertThat(detail.setup()).isNull();
    assertThat(detail.reasons()).isNotEmpty();
    assertThat(detail.layers()).isZero();
  }

  @Test
  void theFullestRanksAreListed() {
    var ledger = new SnapshotBuilder();
    for (int rank = 0; rank < 300; rank++) {
      ledger.with(
          SnapshotBuilder.sample("a", "GPU-" + rank, 1)
              .rank(rank)
              .pid(100L + rank)
              .allocated(size(1000 + rank))
              .build(),
          1);
    }
    JobDetail detail = detail(ledger.snapshot());
    assertThat(detail.placements()).hasSize(256);
    assertThat(detail.placements().getFirst().rank()).isEqualTo(299);
    assertThat(detail.placements().getLast().rank()).isEqualTo(44);
  }

  private static JobDetail detail(Snapshot snapshot) {
    return JobDetail.of(
        new JobRoster(snapshot).entry(Objects.requireNonNull(snapshot.jobs().get("a"))), snapshot);
  }

  private static MemorySize size(long bytes) {
    return new MemorySize(bytes);
  }
}

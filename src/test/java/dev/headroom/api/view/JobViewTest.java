package dev.headroom.api.view;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.api.roster.JobRoster;
import dev.headroom.ledger.Snapshot;
import dev.headroom.ledger.SnapshotBuilder;
import dev.headroom.memory.MemorySize;
import dev.headroom.sample.MemorySample;
import dev.headroom.sample.Ownership;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class JobViewTest {

  @Test
  void aJobIsToldPredictedBesideMeasured() {
    // Given
    Snapshot snapshot =
        new SnapshotBuilder()
            .with(SnapshotBuilder.config("a", "resnet50"), 0)
            .with(SnapshotBuilder.gpu("GPU-1", 1, 5000), 1)
            .with(sample("a", "GPU-1", 2).deviceUsed(size(6000)).deviceTotal(size(9000)).build(), 2)
            .with(sample("a", "GPU-2", 2).rank(1).pid(2L).allocated(size(7)).build(), 2)
            .snapshot();

    // When
    JobView view = view("a", snapshot);

    // Then
    assertThat(view.job()).isEqualTo("a");
    assertThat(view.run()).isEqualTo("1");
    assertThat(view.model()).isEqualTo("resnet50");
    assertThat(view.owner()).isEqualTo("alice@example.com");
    assertThat(view.team()).isEqualTo("vision");
    assertThat(view.namespace()).isNull();
    assertThat(view.state()).isEqualTo("within_budget");
    assertThat(view.severity()).isEqualTo("notice");
    assertThat(view.concerns()).containsExactly("slightly_over_budget");
    assertThat(view.confidence()).isEqualTo("exact");
    assertThat(view.budgetMissing()).isNull();
    assertThat(view.predictedPeak()).extracting(it -> it.deviceP50Bytes()).isEqualTo(2800L);
    assertThat(view.predictedCategories()).containsEntry("gradients", 400L);
    assertThat(view.measured()).isEqualTo(new SizesView.Measured(2400L, null, 3000L));
    assertThat(view.measuredPeak()).isEqualTo(new SizesView.Measured(2400L, null, 3000L));
    assertThat(Objects.requireNonNull(view.worstDrift()).size()).isEqualTo("allocated");
    assertThat(view.worstDrift().bytes()).isEqualTo(400);
    assertThat(view.worstDrift().ratio()).isEqualTo(0.2);
    assertThat(Objects.requireNonNull(view.fullest()).gpu()).isEqualTo("GPU-1");
    assertThat(view.growthBytesPerSecond()).isNull();
    assertThat(view.timeToCapacitySeconds()).isNull();
    assertThat(view.ranks()).isEqualTo(2);
    assertThat(view.gpus()).containsExactlyInAnyOrder("GPU-1", "GPU-2");
    assertThat(view.lastSample()).isEqualTo(SnapshotBuilder.START.plusSeconds(2));
    assertThat(view.asOf()).isNull();
  }

  @Test
  void aJobThatOnlyAgentsSeeHasNoBudget() {
    Snapshot snapshot =
        new SnapshotBuilder()
            .with(
                MemorySample.builder("b", "GPU-1", SnapshotBuilder.START)
                    .ownership(new Ownership("", "acc1", "team-a"))
                    .processUsed(size(5))
                    .build(),
                0)
            .snapshot();
    JobView view = view("b", snapshot);
    assertThat(view.run()).isNull();
    assertThat(view.model()).isNull();
    assertThat(view.owner()).isNull();
    assertThat(view.team()).isEqualTo("acc1");
    assertThat(view.namespace()).isEqualTo("team-a");
    assertThat(view.confidence()).isNull();
    assertThat(view.budgetMissing()).isNotNull();
    assertThat(view.predictedPeak()).isNull();
    assertThat(view.predictedCategories()).isNull();
    assertThat(view.worstDrift()).isNull();
  }

  @Test
  void growthAndItsEndAreTold() {
    // Given 1 MiB a second towards 10 GiB
    var ledger = new SnapshotBuilder();
    for (int second = 0; second <= 300; second++) {
      ledger.with(
          SnapshotBuilder.sample("a", "GPU-1", second)
              .step(2L + second)
              .allocated(size((1L << 30) + ((long) second << 20)))
              .deviceUsed(size(1L << 30))
              .deviceTotal(size(11L << 30))
              .build(),
          second);
    }
    JobView view = view("a", ledger.snapshot());
    assertThat(view.growthBytesPerSecond()).isEqualTo(1 << 20);
    assertThat(view.timeToCapacitySeconds()).isEqualTo(10 * 1024);
  }

  private static JobView view(String job, Snapshot snapshot) {
    var roster = new JobRoster(snapshot);
    return JobView.of(roster.entry(Objects.requireNonNull(snapshot.jobs().get(job))), snapshot);
  }

  private static MemorySample.Builder sample(String job, String gpu, long second) {
    return SnapshotBuilder.sample(job, gpu, second).allocated(size(2400)).processUsed(size(3000));
  }

  private static MemorySize size(long bytes) {
    return new MemorySize(bytes);
  }
}

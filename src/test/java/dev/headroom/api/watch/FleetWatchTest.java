package dev.headroom.api.watch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.api.roster.JobRoster;
import dev.headroom.api.watch.FleetWatch.Cell;
import dev.headroom.api.watch.FleetWatch.Document;
import dev.headroom.api.watch.FleetWatch.ModelSum;
import dev.headroom.history.EndedRuns;
import dev.headroom.history.HistoryBounds;
import dev.headroom.history.JobHistories;
import dev.headroom.ledger.SnapshotBuilder;
import dev.headroom.ledger.event.DeviceSampled;
import dev.headroom.memory.MemorySize;
import dev.headroom.sample.DeviceSample;
import dev.headroom.status.IngestStatus;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class FleetWatchTest {

  private final SnapshotBuilder ledger = new SnapshotBuilder();

  @Test
  void eachGpuIsACellInWholePercents() {
    // Given five jobs that are predicted to need 2800 each
    gpu("GPU-1", "node-a", "X", 1, 305);
    for (int i = 0; i < 5; i++) {
      ledger.with(SnapshotBuilder.config("job-" + i, "m"), 1);
      ledger.with(
          SnapshotBuilder.sample("job-" + i, "GPU-1", 2)
              .pid(10L + i)
              .processUsed(new MemorySize(50))
              .build(),
          2);
    }
    gpu("GPU-2", "node-b", null, 2, 0);

    // When
    Document document = document("GPU-1");

    // Then
    assertThat(document.nodes()).containsOnlyKeys("node-a", "node-b");
    assertThat(cell(document, "node-a", "GPU-1"))
        .isEqualTo(
            new Cell(
                4,
                "X",
                null,
                10_000,
                3,
                141,
                true,
                List.of("job-0", "job-1", "job-2", "job-3"),
                1,
                false));
    assertThat(document.leftOut()).isZero();
    assertThat(document.models())
        .containsEntry("X", new ModelSum(1, 0, 0, 1, 10_000, 0))
        .containsEntry("unknown", new ModelSum(1, 0, 1, 0, 10_000, 10_000));
    FleetWatch.ChosenGpu chosen = Objects.requireNonNull(document.gpu());
    assertThat(chosen.usedBytes()).isEqualTo(305);
    assertThat(chosen.unattributedBytes()).isEqualTo(55);
    assertThat(chosen.headroomBytes()).isEqualTo(10_000 - 5 * 2800 - 55);
    assertThat(chosen.jobs()).hasSize(5).contains(new FleetWatch.Tenancy("job-3", 50L, 2800));
    assertThat(chosen.host()).isEqualTo("node-a");
  }

  @Test
  void aSilentGpuCountsApart() {
    gpu("GPU-1", "node-a", "X", 1, 100);
    gpu("GPU-2", "node-a", "X", 62, 100);
    Document document = document(null);
    assertThat(cell(document, "node-a", "GPU-1").silent()).isTrue();
    assertThat(cell(document, "node-a", "GPU-2").silent()).isFalse();
    assertThat(document.models()).containsEntry("X", new ModelSum(2, 1, 1, 0, 10_000, 9900));
    assertThat(document.gpu()).isNull();
    assertThat(document("GPU-9").gpu()).isNull();
  }

  @Test
  void whatIsBeyondTheBoundsIsCounted() {
    for (int i = 0; i < 5003; i++) {
      gpu("GPU-" + i, "node-" + i, "model-" + i, 1, 100);
    }
    Document document = document(null);
    assertThat(document.nodes()).hasSize(5000);
    assertThat(document.leftOut()).isEqualTo(3);
    assertThat(document.models()).hasSize(101);
    assertThat(Objects.requireNonNull(document.models().get("others")).gpus()).isEqualTo(4903);
  }

  private Document document(@Nullable String selected) {
    var roster = new JobRoster(ledger.snapshot());
    var bounds = HistoryBounds.of(1, 1);
    return (Document)
        new FleetWatch(selected)
            .document(
                new WatchSources(
                    HeaderView.of(roster, Optional.empty(), 0),
                    roster,
                    new JobHistories(bounds),
                    new EndedRuns(bounds),
                    new IngestStatus()));
  }

  private static Cell cell(Document document, String node, String gpu) {
    return Objects.requireNonNull(Objects.requireNonNull(document.nodes().get(node)).get(gpu));
  }

  private void gpu(String uuid, String host, @Nullable String model, long second, long used) {
    ledger.with(
        new DeviceSampled(
            new DeviceSample(
                uuid,
                host,
                SnapshotBuilder.START.plusSeconds(second),
                new MemorySize(10_000),
                new MemorySize(used),
                4,
                model,
                null,
                null,
                null,
                null,
                List.of())),
        second);
  }
}

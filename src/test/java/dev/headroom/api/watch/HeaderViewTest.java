package dev.headroom.api.watch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.api.roster.JobRoster;
import dev.headroom.ledger.SnapshotBuilder;
import dev.headroom.ledger.condition.JobStatus;
import dev.headroom.memory.MemorySize;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// A GPU of 10,000 bytes that four jobs over-commit, an idle one, and one that fell silent.
class HeaderViewTest {

  private final SnapshotBuilder ledger =
      new SnapshotBuilder().with(SnapshotBuilder.gpu("GPU-silent", 1, 5000), 1);

  @Test
  void theWholeFleetIsAFewFigures() {
    // Given
    for (int i = 0; i < 4; i++) {
      ledger.with(SnapshotBuilder.config("job-" + i, "m"), 1);
      ledger.with(
          SnapshotBuilder.sample("job-" + i, "GPU-1", 90)
              .pid(10L + i)
              .processUsed(new MemorySize(50))
              .build(),
          90);
    }
    ledger.with(SnapshotBuilder.gpu("GPU-1", 90, 300), 90);
    ledger.with(SnapshotBuilder.gpu("GPU-2", 90, 0), 90);

    // When
    HeaderView header = HeaderView.of(new JobRoster(ledger.snapshot()), Optional.empty(), 7);

    // Then
    assertThat(header.ready()).isTrue();
    assertThat(header.reason()).isNull();
    assertThat(header.jobs()).isEqualTo(4);
    assertThat(header.ended()).isEqualTo(7);
    assertThat(header.gpuModels()).containsExactly("NVIDIA A100-SXM4-40GB");
    assertThat(header.gpus()).isEqualTo(new HeaderView.GpuTotals(3, 1, 1, 20_000, 300, 10_000));
    assertThat(header.severities().values()).contains(4);
    assertThat(header.severities().values().stream().mapToInt(it -> it).sum()).isEqualTo(4);
    assertThat(header.severities()).containsOnlyKeys("critical", "warning", "notice", "fine");
    assertThat(header.states()).hasSize(JobStatus.values().length).containsEntry("starting", 0);
    assertThat(header.states().values().stream().mapToInt(it -> it).sum()).isEqualTo(4);
  }

  @Test
  void whatIsNotReadySaysWhy() {
    HeaderView header =
        HeaderView.of(new JobRoster(ledger.snapshot()), Optional.of("no broker"), 0);
    assertThat(header.ready()).isFalse();
    assertThat(header.reason()).isEqualTo("no broker");
    assertThat(header.gpus().count()).isEqualTo(1);
  }
}

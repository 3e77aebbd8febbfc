package dev.headroom.api.view;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.ledger.SnapshotBuilder;
import dev.headroom.ledger.state.JobState;
import dev.headroom.memory.MemorySize;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/// Each size in its own field. The budget of [SnapshotBuilder] is 1900 to 3000 bytes.
class SizesViewTest {

  private final JobState job = job(2100, 2300, 3000);

  @Test
  void whatIsMeasuredAndWhatIsNot() {
    assertThat(SizesView.Measured.of(job.peaks()))
        .isEqualTo(new SizesView.Measured(2100L, 2300L, 3000L));
    assertThat(SizesView.Measured.of(job.placements().getFirst().latest()))
        .isEqualTo(new SizesView.Measured(2100L, 2300L, 3000L));
    assertThat(SizesView.bytes(null)).isNull();
    assertThat(SizesView.bytes(new MemorySize(7))).isEqualTo(7);
  }

  @Test
  void whatIsPredictedAtThePeak() {
    assertThat(SizesView.Predicted.of(job.budget().orElseThrow().peak()))
        .isEqualTo(
            new SizesView.Predicted(1900, 2000, 2400, 2800, 3000, 0, 0, "backward", "conv1"));
  }

  @Test
  void eachSizesDrift() {
    assertThat(SizesView.Drifts.of(job))
        .isEqualTo(
            new SizesView.Drifts(
                new SizesView.Difference(100, 0.05),
                new SizesView.Difference(-100, -100 / 2400.0),
                new SizesView.Difference(200, 200 / 2800.0)));
    JobState bare =
        Objects.requireNonNull(
            new SnapshotBuilder()
                .with(
                    SnapshotBuilder.sample("b", "GPU-1", 1).reserved(new MemorySize(1)).build(), 1)
                .snapshot()
                .jobs()
                .get("b"));
    assertThat(SizesView.Drifts.of(bare)).isEqualTo(new SizesView.Drifts(null, null, null));
  }

  private static JobState job(long allocated, long reserved, long process) {
    return Objects.requireNonNull(
        new SnapshotBuilder()
            .with(SnapshotBuilder.config("a", "m"), 0)
            .with(
                SnapshotBuilder.sample("a", "GPU-1", 1)
                    .allocated(new MemorySize(allocated))
                    .reserved(new MemorySize(reserved))
                    .processUsed(new MemorySize(process))
                    .build(),
                1)
            .snapshot()
            .jobs()
            .get("a"));
  }
}

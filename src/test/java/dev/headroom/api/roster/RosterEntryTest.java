package dev.headroom.api.roster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.ledger.Snapshot;
import dev.headroom.ledger.SnapshotBuilder;
import dev.headroom.ledger.state.JobState;
import dev.headroom.memory.MemorySize;
import dev.headroom.sample.MemorySample;
import dev.headroom.triage.Triage;
import java.util.Objects;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class RosterEntryTest {

  @Test
  void itsFullestRankSaysWhereItIsAndWhatIsFree() {
    // Given
    RosterEntry entry =
        entry(
            sample -> sample.allocated(size(10)).deviceUsed(size(60)).deviceTotal(size(100)),
            sample -> sample.processUsed(size(30)));

    // Then
    assertThat(Objects.requireNonNull(entry.fullest()).gpu()).isEqualTo("GPU-1");
    assertThat(entry.gpuModel()).isEqualTo("NVIDIA A100-SXM4-40GB");
    assertThat(entry.model()).isEqualTo("resnet50");
    assertThat(entry.host()).isEqualTo("gpu-07");
    assertThat(entry.held()).contains(30L);
    assertThat(entry.free()).isEmpty();
    RosterEntry known =
        entry(sample -> sample.allocated(size(10)).deviceUsed(size(60)).deviceTotal(size(100)));
    assertThat(known.free()).contains(40L);
    assertThat(known.held()).contains(10L);
    assertThat(known.gpuModel()).isNull();
  }

  @Test
  void whereNothingWasMeasuredTheFirstPlaceCounts() {
    RosterEntry entry = entry(sample -> sample.deviceUsed(size(60)).deviceTotal(size(100)));
    assertThat(Objects.requireNonNull(entry.fullest()).gpu()).isEqualTo("GPU-0");
    assertThat(entry.free()).contains(40L);
    assertThat(entry.held()).isEmpty();
    RosterEntry bare = entry();
    assertThat(bare.fullest()).isNull();
    assertThat(bare.host()).isNull();
    assertThat(bare.free()).isEmpty();
    assertThat(bare.held()).isEmpty();
    assertThat(bare.gpuModel()).isNull();
  }

  /// A rank on a GPU each; only GPU-1 is known.
  @SafeVarargs
  private static RosterEntry entry(UnaryOperator<MemorySample.Builder>... ranks) {
    var ledger =
        new SnapshotBuilder()
            .with(SnapshotBuilder.config("a", "resnet50"), 0)
            .with(SnapshotBuilder.gpu("GPU-1", 1, 100), 1);
    for (int rank = 0; rank < ranks.length; rank++) {
      ledger.with(
          ranks[rank]
              .apply(SnapshotBuilder.sample("a", "GPU-" + rank, 2).rank(rank).pid(10L + rank))
              .build(),
          2);
    }
    Snapshot snapshot = ledger.snapshot();
    JobState job = Objects.requireNonNull(snapshot.jobs().get("a"));
    return RosterEntry.of(job, Triage.of(job, snapshot, Set.of()), snapshot);
  }

  private static MemorySize size(long bytes) {
    return new MemorySize(bytes);
  }
}

package dev.headroom.plan.live;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.ledger.SnapshotBuilder;
import dev.headroom.memory.MemorySize;
import dev.headroom.sample.JobPhase;
import java.util.List;
import org.junit.jupiter.api.Test;

class MisfitsTest extends LiveCluster {

  @Test
  void aJobThatFitsOnNoGpuIsNamedWithWhatItMisses() {
    // Given: a job that waits, and the cards of a fleet that are too small for it
    gpu("GPU-1", "NVIDIA GeForce RTX 2060", 6144, 0);
    gpu("GPU-2", "NVIDIA RTX A400", 4094, 0);
    snapshots = snapshots.with(SnapshotBuilder.config("vgg16", "vgg16", VGG), 1);

    // When
    List<Misfits.Misfit> found = Misfits.of(live());

    // Then
    assertThat(found).hasSize(1);
    Misfits.Misfit vgg = found.getFirst();
    assertThat(vgg.job()).isEqualTo("vgg16");
    assertThat(vgg.ranks()).isZero();
    assertThat(vgg.closest()).isEqualTo("NVIDIA GeForce RTX 2060");
    assertThat(vgg.has()).isEqualTo(MemorySize.ofMebibytes(6144 - 512));
    assertThat(vgg.missing()).isEqualTo(vgg.needs().minusOrZero(vgg.has()));
    assertThat(vgg.missing().bytes()).isPositive();

    // And it is none where one card has enough
    gpu("GPU-3", "Tesla T4", 15_360, 15_000);
    assertThat(Misfits.of(live())).isEmpty();
  }

  @Test
  void withoutAGpuNobodySaysWhatFits() {
    // Given
    snapshots = snapshots.with(SnapshotBuilder.config("vgg16", "vgg16", VGG), 1);

    // Then
    assertThat(Misfits.of(live())).isEmpty();
  }

  @Test
  void theWorstComesFirstWithItsRanksAndWhatItNeedsBeyondItsBudget() {
    // Given
    gpu("GPU-1", "NVIDIA GeForce RTX 2060", 6144, 0);
    snapshots = snapshots.with(SnapshotBuilder.config("another", "vgg16", VGG), 1);
    job("vgg16", "GPU-1", VGG.peak().allocated().bytes() + 1024 * MIB, null, null);
    job("ended", "GPU-1", VGG.peak().allocated().bytes(), null, null);
    snapshots =
        snapshots.with(
            SnapshotBuilder.sample("ended", "GPU-1", 3)
                .phase(JobPhase.ENDED)
                .allocated(MemorySize.ZERO)
                .build(),
            3);

    // When
    List<Misfits.Misfit> found = Misfits.of(live());

    // Then
    assertThat(found).extracting(Misfits.Misfit::job).containsExactly("vgg16", "another");
    assertThat(found).extracting(Misfits.Misfit::ranks).containsExactly(1, 0);
    assertThat(found.get(0).needs())
        .isEqualTo(found.get(1).needs().plus(MemorySize.ofMebibytes(1024)));
  }
}

package dev.headroom.plan.live;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.memory.MemorySize;
import java.util.List;
import org.junit.jupiter.api.Test;

class RightsizingTest extends LiveCluster {

  @Test
  void aJobThatReservesTooMuchIsOnTheListWithTheSliceThatSuffices() {
    // Given: it allocates what was predicted and reserves three times as much
    gpu("GPU-1", A100, 40_960, 20_000);
    job("vgg16", "GPU-1", VGG.peak().allocated().bytes(), 18_000 * MIB, 19_500 * MIB);

    // When
    Rightsizing found = Rightsizing.of(live());

    // Then
    assertThat(found.atRisk()).isEmpty();
    assertThat(found.smaller()).hasSize(1);
    Rightsizing.Smaller vgg = found.smaller().getFirst();
    assertThat(vgg.holds()).isEqualTo("A100-40GB");
    assertThat(vgg.suffices()).isEqualTo("A100-40GB:1g.10gb");
    assertThat(vgg.frees()).isEqualTo(MemorySize.ofMebibytes(40_448 - 9856));
    assertThat(vgg.gpus()).isEqualTo(0.75);
    assertThat(vgg.needs()).isBetween(VGG.peak().device(), MemorySize.ofMebibytes(9856));
  }

  @Test
  void aSmallerGpuThatTheFleetHasSufficesToo() {
    // Given
    gpu("GPU-1", "NVIDIA A40", 46_068, 7000);
    gpu("GPU-2", "Tesla T4", 15_360, 0);
    job("vgg16", "GPU-1", VGG.peak().allocated().bytes(), null, 7000 * MIB);

    // Then
    assertThat(Rightsizing.of(live()).smaller().getFirst().suffices()).isEqualTo("T4");
    assertThat(Rightsizing.of(live()).smaller().getFirst().gpus()).isEqualTo(1);
  }

  @Test
  void whoAllocatesMoreThanPredictedNeedsThatMuchMore() {
    // Given: 4 GiB beyond its budget, which no slice of two eighths holds
    gpu("GPU-1", A100, 40_960, 20_000);
    job("vgg16", "GPU-1", VGG.peak().allocated().bytes() + 4096 * MIB, null, null);

    // Then
    assertThat(Rightsizing.of(live()).smaller().getFirst().suffices())
        .isEqualTo("A100-40GB:3g.20gb");
  }

  @Test
  void jobsThatShareAGpuFreeNone() {
    // Given
    gpu("GPU-1", A100, 40_960, 14_000);
    job("one", "GPU-1", VGG.peak().allocated().bytes(), null, 7000 * MIB);
    job("two", "GPU-1", VGG.peak().allocated().bytes(), null, 7000 * MIB);

    // Then
    assertThat(Rightsizing.of(live()).smaller()).isEmpty();
  }

  @Test
  void whoWillNotSurviveItsPeakIsNamed() {
    // Given: a card of 6 GiB
    gpu("GPU-1", "NVIDIA GeForce RTX 2060", 6144, 3000);
    job("vgg16", "GPU-1", 2000 * MIB, null, 3000 * MIB);

    // When
    Rightsizing found = Rightsizing.of(live());

    // Then
    assertThat(found.smaller()).isEmpty();
    assertThat(found.atRisk()).hasSize(1);
    assertThat(found.atRisk().getFirst().outOfMemory()).isGreaterThan(0.05);
    assertThat(found.atRisk().getFirst().has()).isEqualTo(MemorySize.ofMebibytes(6144 - 512));
  }

  @Test
  void whoFreesMostComesFirst() {
    // Given
    gpu("GPU-1", "NVIDIA A40", 46_068, 7000);
    gpu("GPU-2", "Tesla T4", 15_360, 0);
    gpu("GPU-3", A100, 40_960, 7000);
    job("b", "GPU-3", VGG.peak().allocated().bytes(), null, null);
    job("a", "GPU-1", VGG.peak().allocated().bytes(), null, null);

    // Then
    assertThat(Rightsizing.of(live()).smaller())
        .extracting(Rightsizing.Smaller::job)
        .containsExactly("b", "a");
    assertThat(Rightsizing.of(live()).smaller().getFirst().ranks()).isEqualTo(1);
  }

  @Test
  void whoIsLikeliestToFailComesFirst() {
    // Given: what is missing is 1 GiB more of the second
    gpu("GPU-1", "NVIDIA GeForce RTX 2060", 6144, 3000);
    gpu("GPU-2", "NVIDIA GeForce RTX 2060", 6144, 3000);
    job("a", "GPU-1", 2000 * MIB, null, null);
    job("b", "GPU-2", VGG.peak().allocated().bytes() + 1024 * MIB, null, null);

    // When
    List<Rightsizing.AtRisk> found = Rightsizing.of(live()).atRisk();

    // Then
    assertThat(found).extracting(Rightsizing.AtRisk::job).containsExactly("b", "a");
    assertThat(found.get(0).needs())
        .isEqualTo(found.get(1).needs().plus(MemorySize.ofMebibytes(1024)));
    assertThat(found.get(0).outOfMemory()).isGreaterThan(found.get(1).outOfMemory());
  }

  @Test
  void aJobOnTheSmallestGpuThatItFitsFreesNothing() {
    gpu("GPU-2", "Tesla T4", 15_360, 0);
    gpu("GPU-3", "Tesla T4", 15_360, 0);
    job("a", "GPU-2", VGG.peak().allocated().bytes(), null, null);
    assertThat(Rightsizing.of(live()).smaller()).isEmpty();
  }
}

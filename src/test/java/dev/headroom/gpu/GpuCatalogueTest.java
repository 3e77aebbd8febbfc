package dev.headroom.gpu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.memory.MemorySize;
import dev.headroom.wire.plan.GpuCatalogueReader;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GpuCatalogueTest {

  private static final GpuCatalogue OWN = GpuCatalogueReader.own();

  @Test
  void knowsFortyGpusAndNoneTwice() {
    // Then
    assertThat(OWN.models()).hasSizeGreaterThanOrEqualTo(40).doesNotHaveDuplicates();
    assertThat(OWN.models())
        .allSatisfy(
            gpu -> {
              assertThat(gpu.computeCapability()).as(gpu.name()).isNotNull();
              assertThat(gpu.usable()).isLessThanOrEqualTo(gpu.total());
              assertThat(gpu.usableBasis()).isNotBlank();
              assertThat(gpu.pricePerHour()).isNull();
              assertThat(OWN.model(gpu.name())).contains(gpu);
            });
  }

  /// What PyTorch printed as "total capacity" on these GPUs at least once, in an issue.
  @ParameterizedTest
  @CsvSource({
    "A100-40GB, 39.50",
    "A100-80GB, 79.25",
    "RTX4090, 23.64",
    "V100-32GB, 31.74",
    "H100, 79.11",
  })
  void aProcessHasNoMoreThanPyTorchPrinted(String name, double gibibytes) {
    // Then
    assertThat(OWN.model(name).orElseThrow().usable().bytes())
        .isLessThanOrEqualTo((long) (gibibytes * (1L << 30)));
  }

  /// TrailblazingTurtle#73, composer#2265: the driver names an H100 otherwise than people do.
  @ParameterizedTest
  @CsvSource({
    "A100-40GB, A100-40GB, 40960",
    "a100-40gb, A100-40GB, 40960",
    "nvidia-tesla-a100, A100-40GB, 40960",
    "p4de.24xlarge, A100-80GB, 81920",
    "NVIDIA A100-SXM4-80GB, A100-80GB, 81920",
    "NVIDIA-A100-SXM4-80GB, A100-80GB, 81920",
    "NVIDIA-A100-SXM4-80GB-SHARED, A100-80GB, 81920",
    "NVIDIA H100 PCIe, H100-80GB, 81559",
    "NVIDIA H100 80GB HBM3, H100-80GB, 81559",
    "H100-80GB, H100-80GB, 81559",
    "H100, H100-80GB, 81559",
    "nvidia-h200-141gb, H200-141GB, 143771",
    "Tesla T4, T4, 15360",
    "L4-24GB, L4, 23034",
    "NVIDIA GeForce RTX 4090, RTX4090, 24564",
    "24GiB, 24GiB, 24576",
    "Orin-32GB, Orin-32GB, 32768",
    "A100-60GB, A100-60GB, 61440",
    "500MiB, 500MiB, 500",
  })
  void knowsGpusByTheNamesThatPeopleDriversAndCloudsUse(String name, String known, long mebibytes) {
    // When
    CudaDevice found = OWN.device(name).orElseThrow();

    // Then
    assertThat(found.name()).isEqualTo(known);
    assertThat(found.model().total()).isEqualTo(MemorySize.ofMebibytes(mebibytes));
  }

  @ParameterizedTest
  @CsvSource({
    "A100-40GB:1g.5gb, A100-40GB:1g.5gb, 4864",
    "NVIDIA-A100-SXM4-40GB-MIG-3g.20gb, A100-40GB:3g.20gb, 19968",
    "H100:7g.80gb, H100-80GB:7g.80gb, 80023",
    "NVIDIA A30 MIG 2g.12gb+me, A30:2g.12gb+me, 11672",
  })
  void knowsSlices(String name, String known, long mebibytes) {
    // When
    CudaDevice found = OWN.device(name).orElseThrow();

    // Then
    assertThat(found.name()).isEqualTo(known);
    assertThat(found.usable()).isEqualTo(MemorySize.ofMebibytes(mebibytes));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "A100",
        "",
        "GB",
        "0GiB",
        "-5GB",
        "Voodoo2",
        "9999999GiB",
        "T4:1g.5gb",
        "A100-40GB:2g.5gb"
      })
  void doesNotGuess(String name) {
    // Then
    assertThat(OWN.device(name)).isEmpty();
  }

  @Test
  void everyProfileOfEachGpuThatNvidiaDividesIsThere() {
    // Then
    assertThat(profiles("A30"))
        .containsExactly("1g.6gb", "1g.6gb+me", "2g.12gb", "2g.12gb+me", "4g.24gb");
    assertThat(profiles("A100-40GB"))
        .containsExactly(
            "1g.5gb", "1g.5gb+me", "1g.10gb", "2g.10gb", "3g.20gb", "4g.20gb", "7g.40gb");
    assertThat(profiles("A100-80GB"))
        .containsExactly(
            "1g.10gb", "1g.10gb+me", "1g.20gb", "2g.20gb", "3g.40gb", "4g.40gb", "7g.80gb");
    assertThat(profiles("H100")).isEqualTo(profiles("A100-80GB"));
    assertThat(profiles("H200"))
        .containsExactly(
            "1g.18gb", "1g.18gb+me", "1g.35gb", "2g.35gb", "3g.71gb", "4g.71gb", "7g.141gb");
    assertThat(profiles("B200"))
        .containsExactly(
            "1g.23gb", "1g.23gb+me", "1g.45gb", "2g.45gb", "3g.90gb", "4g.90gb", "7g.180gb");
  }

  @Test
  void noSetOfSlicesThatFitsTogetherHasMoreThanTheGpu() {
    for (GpuModel gpu : OWN.models()) {
      gpu.geometry()
          .ifPresent(
              mig -> {
                for (MigProfile profile : mig.profiles()) {
                  assertThat(
                          profile.usable().bytes() * (mig.memorySlices() / profile.memorySlices()))
                      .as(gpu.name() + " " + profile.name())
                      .isLessThanOrEqualTo(gpu.total().bytes());
                }
              });
    }
  }

  /// NVIDIA Multi-Instance GPU User Guide, "Supported MIG Profiles": the pictures of what goes
  /// beside what.
  @ParameterizedTest
  @CsvSource({
    "A100-40GB, 1g.5gb 1g.5gb 1g.5gb 1g.5gb 1g.5gb 1g.5gb 1g.5gb, true",
    "A100-40GB, 1g.5gb 1g.5gb 1g.5gb 1g.5gb 1g.5gb 1g.5gb 1g.5gb 1g.5gb, false",
    "A100-40GB, 4g.20gb 3g.20gb, true",
    "A100-40GB, 3g.20gb 3g.20gb, true",
    "A100-40GB, 4g.20gb 4g.20gb, false",
    "A100-40GB, 3g.20gb 3g.20gb 1g.5gb, false",
    "A100-40GB, 3g.20gb 2g.10gb 1g.5gb 1g.5gb, true",
    "A100-40GB, 4g.20gb 2g.10gb 1g.5gb, true",
    "A100-40GB, 2g.10gb 2g.10gb 2g.10gb 1g.5gb, true",
    "A100-40GB, 1g.10gb 1g.10gb 1g.10gb 1g.10gb, true",
    "A100-40GB, 1g.10gb 1g.10gb 1g.10gb 1g.10gb 1g.5gb, false",
    "A100-40GB, 7g.40gb 1g.5gb, false",
    "A100-40GB, 1g.5gb+me 1g.5gb+me, false",
    "A30, 2g.12gb 1g.6gb 1g.6gb, true",
    "A30, 4g.24gb 1g.6gb, false",
    "H200-141GB, 4g.71gb 1g.35gb 1g.18gb, true",
  })
  void onlyGeometriesThatNvidiaAllowsAreAllowed(String gpu, String slices, boolean allowed) {
    // Given
    MigGeometry mig = OWN.model(gpu).flatMap(GpuModel::geometry).orElseThrow();
    List<MigProfile> wanted =
        Arrays.stream(slices.split(" ", -1)).map(name -> mig.profile(name).orElseThrow()).toList();

    // Then
    assertThat(mig.allows(wanted)).isEqualTo(allowed);
  }

  private static List<String> profiles(String gpu) {
    return OWN.model(gpu).flatMap(GpuModel::geometry).orElseThrow().profiles().stream()
        .map(MigProfile::name)
        .toList();
  }
}

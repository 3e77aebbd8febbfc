package dev.headroom.gpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headroom.wire.plan.GpuCatalogueReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MigGeometryTest {

  private static final MigGeometry A100 =
      GpuCatalogueReader.own().model("A100-40GB").flatMap(GpuModel::geometry).orElseThrow();

  @ParameterizedTest
  @CsvSource({"3g.20gb", "3G.20GB", "MIG 3g.20gb", "mig-3g.20gb"})
  void findsAProfileByItsName(String name) {
    assertThat(A100.profile(name)).map(MigProfile::name).contains("3g.20gb");
    assertThat(A100.profile(name + "x")).isEmpty();
  }

  /// NVIDIA's guide, "Supported MIG Profiles": what one A100 can have at a time.
  @ParameterizedTest
  @CsvSource({
    "7g.40gb, true",
    "4g.20gb 3g.20gb, true",
    "3g.20gb 3g.20gb, true",
    "3g.20gb 4g.20gb, true",
    "4g.20gb 4g.20gb, false",
    "2g.10gb 2g.10gb 3g.20gb, true",
    "1g.5gb 1g.5gb 1g.5gb 1g.5gb 1g.5gb 1g.5gb 1g.5gb, true",
    "1g.5gb 1g.5gb 1g.5gb 1g.5gb 1g.5gb 1g.5gb 1g.5gb 1g.5gb, false",
    "7g.40gb 1g.5gb, false",
    "3g.20gb 3g.20gb 1g.5gb, false",
    "2g.10gb 2g.10gb 2g.10gb 1g.5gb, true",
    "1g.10gb 1g.10gb 1g.10gb 1g.10gb, true"
  })
  void allowsWhatNvidiaAllows(String names, boolean allowed) {
    assertThat(A100.allows(profiles(names))).isEqualTo(allowed);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void allowsASetInAnyOrderAndWithFewer(long seed) {
    // Given
    var random = new Random(seed);
    for (int i = 0; i < 200; i++) {
      var some = new ArrayList<MigProfile>();
      for (int k = 0; k < 1 + random.nextInt(5); k++) {
        some.add(A100.profiles().get(random.nextInt(A100.profiles().size())));
      }
      boolean allowed = A100.allows(some);
      // Then
      assertThat(A100.allows(some.reversed())).isEqualTo(allowed);
      if (allowed) {
        assertThat(A100.allows(some.subList(1, some.size()))).isTrue();
      }
    }
    assertThat(A100.allows(List.of())).isTrue();
  }

  @Test
  void refusesProfilesOutsideTheGpu() {
    MigProfile whole = A100.profile("7g.40gb").orElseThrow();
    assertThat(new MigGeometry(7, 8, List.of(whole)).profiles()).hasSize(1);
    assertThatThrownBy(() -> new MigGeometry(7, 7, List.of(whole)))
        .hasMessage("MIG profile lies outside the GPU: 7g.40gb at 0");
    assertThatThrownBy(() -> new MigGeometry(7, 33, List.of(whole)))
        .hasMessageContaining("outside the GPU");
  }

  private static List<MigProfile> profiles(String names) {
    return List.of(names.split(" ")).stream()
        .map(name -> A100.profile(name).orElseThrow())
        .toList();
  }
}

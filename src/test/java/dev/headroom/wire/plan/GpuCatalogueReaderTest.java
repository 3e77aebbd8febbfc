package dev.headroom.wire.plan;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headroom.gpu.GpuCatalogue;
import dev.headroom.gpu.GpuModel;
import dev.headroom.memory.MemorySize;
import java.io.ByteArrayInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GpuCatalogueReaderTest {

  private static final GpuCatalogue OWN = GpuCatalogueReader.own();

  @Test
  void everyFieldOfAnEntryIsRead() {
    // When
    GpuCatalogue amended =
        amended(
            """
            gpus:
              - name: X
                total_mib: 1000
                usable_mib: 900
                sources: {total: a, usable: somebody measured it}
                compute_capability: "8.6"
                price_per_hour: 2
                driver: [Chip X]
                aliases: [x.large]
                mig:
                  source: a guide
                  compute_slices: 2
                  memory_slices: 4
                  profiles:
                    - {name: 1g, compute: 1, memory: 2, usable_mib: 400, starts: [0, 2], most: 2}
            """);
    // Then
    GpuModel x = amended.model("chip x").orElseThrow();
    assertThat(amended.model("X.LARGE")).contains(x);
    assertThat(x.total()).isEqualTo(MemorySize.ofMebibytes(1000));
    assertThat(x.usable()).isEqualTo(MemorySize.ofMebibytes(900));
    assertThat(x.usableBasis()).isEqualTo("somebody measured it");
    assertThat(x.computeCapability())
        .isEqualTo(OWN.model("RTX3090").orElseThrow().computeCapability());
    assertThat(x.pricePerHour()).isEqualTo(2);
    assertThat(x.geometry().orElseThrow().computeSlices()).isEqualTo(2);
    assertThat(x.geometry().orElseThrow().memorySlices()).isEqualTo(4);
    assertThat(x.geometry().orElseThrow().profiles())
        .singleElement()
        .satisfies(
            profile -> {
              assertThat(profile.name()).isEqualTo("1g");
              assertThat(profile.computeSlices()).isEqualTo(1);
              assertThat(profile.memorySlices()).isEqualTo(2);
              assertThat(profile.usable()).isEqualTo(MemorySize.ofMebibytes(400));
              assertThat(profile.starts()).containsExactly(0, 2);
              assertThat(profile.most()).isEqualTo(2);
            });
  }

  @Test
  void anotherTotalMakesAnotherUsable() {
    // When
    GpuCatalogue amended = amended("gpus: [{name: T4, total_mib: 20000}]");
    // Then
    GpuModel t4 = amended.model("Tesla T4").orElseThrow();
    assertThat(t4.usable()).isEqualTo(MemorySize.ofMebibytes(20_000 - 512));
    assertThat(t4.usableBasis()).startsWith("the total less an assumed reserve");
    assertThat(amended("gpus: [{name: T4, usable_mib: 9}]").model("T4").orElseThrow().usableBasis())
        .isEqualTo("the catalogue says so");
  }

  @Test
  void aFileAddsGpusAndChangesThem() {
    // When
    GpuCatalogue amended =
        amended(
            """
            gpus:
              - name: A100-40GB
                price_per_hour: 3.25
              - name: T4
                usable_mib: 14000
              - name: Atlas-910
                total_mib: 65536
                aliases: [ascend]
            """);

    // Then
    GpuModel a100 = amended.model("NVIDIA A100-SXM4-40GB").orElseThrow();
    assertThat(a100.pricePerHour()).isEqualTo(3.25);
    assertThat(a100.usable()).isEqualTo(OWN.model("A100-40GB").orElseThrow().usable());
    assertThat(a100.geometry()).isPresent();
    assertThat(amended.model("Tesla T4").orElseThrow().usable())
        .isEqualTo(MemorySize.ofMebibytes(14_000));
    assertThat(amended.model("ascend").orElseThrow().usable())
        .isEqualTo(MemorySize.ofMebibytes(64_512));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          gpus: 5                                             | gpus is no list: 5
          gpus: [{total_mib: 5}]                              | gpus[0].name is missing
          gpus: [{name: X}]                                   | gpus[0].total_mib is missing
          gpus: [{name: X, total_mib: -5}]                    | gpus[0].total_mib is not 1 to
          gpus: [{name: X, total_mib: 5, usable_mib: 6}]      | X: usable is 0 or more than total
          gpus: [{name: X, total_mib: 5, pricePerHour: 6}]    | gpus[0].pricePerHour is unknown
          gpus: [{name: T4, price_per_hour: -1}]              | T4: price_per_hour is no price: -1
          gpus: [{name: X, total_mib: 5, driver: [Tesla T4]}] | t4 stands for
          gpus: [{name: T4, compute_capability: '8'}]         | compute_capability is not such as
          gpu: []                                             | gpu is unknown
          [1, 2]                                              | it is no object with fields: [1,2]
          gpus: [                                             | no YAML: line 1
          """)
  void aFileThatIsWrongIsRefusedWithTheReason(String file, String why) {
    assertThatThrownBy(() -> amended(file))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(why);
  }

  private static GpuCatalogue amended(String file) {
    return GpuCatalogueReader.amended(OWN, new ByteArrayInputStream(file.getBytes(UTF_8)));
  }
}

package dev.headroom.wire.plan;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headroom.gpu.GpuCatalogue;
import dev.headroom.gpu.MigGeometry;
import dev.headroom.plan.fleet.Fleet;
import dev.headroom.plan.fleet.FleetGpu;
import dev.headroom.plan.fleet.FleetNode;
import dev.headroom.plan.fleet.GpuPartition;
import java.io.ByteArrayInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FleetReaderTest {

  private static final GpuCatalogue GPUS = GpuCatalogueReader.own();

  @Test
  void readsNodesAndTheirGpus() {
    // When
    Fleet fleet =
        read(
            """
            nodes:
              - name: dgx
                count: 2
                gpus:
                  - {model: A100-80GB, count: 3}
                  - {model: A100-80GB, mig: [3g.40gb, 2g.20gb]}
              - name: one
                gpus: [{model: 24GiB}, {model: H100-80GB, mig: auto}]
            """);
    // Then
    assertThat(fleet.nodes()).extracting(FleetNode::name).containsExactly("dgx-0", "dgx-1", "one");
    assertThat(fleet.size()).isEqualTo(10);
    FleetNode dgx = fleet.nodes().getFirst();
    assertThat(dgx.gpus())
        .hasSize(4)
        .allMatch(FleetGpu::idle)
        .extracting(gpu -> gpu.model().name())
        .containsOnly("A100-80GB");
    assertThat(dgx.gpus().getFirst().partition()).isEqualTo(GpuPartition.WHOLE);
    MigGeometry mig = GPUS.model("A100-80GB").flatMap(gpu -> gpu.geometry()).orElseThrow();
    assertThat(dgx.gpus().getLast().partition())
        .isEqualTo(
            GpuPartition.Divided.of(
                mig,
                java.util.List.of(
                    mig.profile("3g.40gb").orElseThrow(), mig.profile("2g.20gb").orElseThrow())));
    assertThat(fleet.nodes().getLast().gpus().getFirst().model().name()).isEqualTo("24GiB");
    assertThat(fleet.nodes().getLast().gpus().getLast().partition())
        .isInstanceOf(GpuPartition.Divisible.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "nodes: [{gpus: []}] | nodes[0].name is missing",
        "nodes: [{name: a, count: 0, gpus: []}] | nodes[0].count is not 1 to 1000000: 0",
        "nodes: [{name: a, gpus: [{model: x}]}] | nodes[0].gpus[0].model is neither known nor a",
        "nodes: [{name: a, gpus: [{model: T4, count: 0}]}] | nodes[0].gpus[0].count is not 1 to",
        "nodes: [{name: a, gpus: [{model: T4, mig: auto}]}] | nodes[0].gpus[0].mig is not known to",
        "nodes: [{name: a, gpus: [{model: A30, mig: [9g]}]}] | nodes[0].gpus[0].mig A30 has no",
        "nodes: [{name: a, gpus: [{model: A30, mig: [4g.24gb, 1g.6gb]}]}] | nodes[0].gpus[0].mig of",
        "nodes: [{name: a, gpus: [{model: T4, x: 1}]}] | nodes[0].gpus[0].x is unknown",
        "nodes: [{name: a, gpus: [{model: T4}], x: 1}] | nodes[0].x is unknown",
        "{nodes: [{name: a, gpus: [{model: T4}]}], x: 1} | x is unknown",
        "nodes: [{name: a, gpus: [{model: T4}]}, {name: a, gpus: []}] | nodes[1].name is there",
        "nodes: [{name: a, count: 1000000, gpus: [{model: T4}]}] | a fleet has at most"
      })
  void saysWhatIsWrongAndWhere(String file, String why) {
    assertThatThrownBy(() -> read(file))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(why);
  }

  private static Fleet read(String file) {
    return FleetReader.file(GPUS, new ByteArrayInputStream(file.getBytes(UTF_8)));
  }
}

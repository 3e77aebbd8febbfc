package dev.headroom.simulator.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.network.LayerConfig;
import dev.headroom.network.Network;
import dev.headroom.network.setup.TrainingSetup;
import dev.headroom.simulator.DemoJobs;
import java.util.List;
import org.junit.jupiter.api.Test;

class BundledLayerConfigsTest {

  @Test
  void aRunIsRegisteredAsItsGoldenRunWasMade() {
    // Given
    SimulatedJob job = DemoJobs.first();
    GoldenRun golden = job.ranks().getFirst().curve().golden();
    // When
    LayerConfig config = new BundledLayerConfigs(List.of(job.scenario())).of(job, 3);
    // Then
    TrainingSetup setup = config.setup();
    assertThat(config.job()).isEqualTo(job.name());
    assertThat(config.run()).isEqualTo("3");
    assertThat(config.model()).isEqualTo("resnet50");
    assertThat(config.framework().name()).isEqualTo("pytorch");
    assertThat(setup.batchSize()).isEqualTo(golden.batchSize());
    assertThat(setup.optimizer()).isEqualTo(golden.optimizer());
    assertThat(setup.precision().autocast()).isEqualTo(golden.autocast());
    assertThat(setup.gradients().accumulationSteps()).isEqualTo(golden.accumulationSteps());
    assertThat(setup.gradients().setToNone()).isTrue();
    assertThat(((Network) config.description()).layers()).hasSizeGreaterThan(100);
  }
}

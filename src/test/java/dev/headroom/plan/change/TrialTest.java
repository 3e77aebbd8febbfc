package dev.headroom.plan.change;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.gpu.CudaDevice;
import dev.headroom.network.LayerConfig;
import dev.headroom.network.Undescribed;
import dev.headroom.network.setup.TrainingSetup;
import dev.headroom.plan.GoldenConfigs;
import dev.headroom.plan.fit.FitCheck;
import dev.headroom.wire.plan.GpuCatalogueReader;
import org.junit.jupiter.api.Test;

class TrialTest {

  private static final CudaDevice T4 = GpuCatalogueReader.own().device("T4").orElseThrow();
  private static final LayerConfig RESNET = GoldenConfigs.of("resnet18");

  private final FitCheck check = GoldenConfigs.check();
  private final Trial trial = new Trial(check, T4);

  @Test
  void changesAddUp() {
    // Given
    TrainingSetup smaller = RESNET.setup().withBatchSize(1);
    Trial.Outcome plain = trial.of(RESNET).orElseThrow();
    // When
    Trial.Outcome once = trial.of(plain, "a", smaller).orElseThrow();
    Trial.Outcome twice = trial.of(once, "b", smaller).orElseThrow();
    // Then
    assertThat(plain.changes()).isEmpty();
    assertThat(twice.changes()).containsExactly("a", "b");
    assertThat(once.config()).isEqualTo(RESNET.withSetup(smaller));
    assertThat(once.fit()).isEqualTo(check.of(once.config(), once.budget(), T4));
    assertThat(once.p95()).isEqualTo(once.fit().spread().p95()).isLessThan(plain.p95());
    assertThat(once.fits()).isTrue();
    assertThat(twice.remedy())
        .isEqualTo(new Remedy(twice.changes(), twice.config(), twice.budget(), twice.fit()));
  }

  @Test
  void whatCannotBePredictedHasNoOutcome() {
    LayerConfig none = RESNET.withDescription(new Undescribed("why"));
    assertThat(trial.of(none)).isEmpty();
  }
}

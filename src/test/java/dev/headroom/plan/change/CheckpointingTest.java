package dev.headroom.plan.change;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.budget.whatif.WhatIf;
import dev.headroom.network.LayerConfig;
import dev.headroom.network.Undescribed;
import dev.headroom.network.setup.RunMode;
import dev.headroom.plan.GoldenConfigs;
import dev.headroom.plan.change.Trial.Outcome;
import dev.headroom.wire.plan.GpuCatalogueReader;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// As few modules as suffice, on GPUs of any size.
class CheckpointingTest {

  private static final LayerConfig RESNET =
      new WhatIf(64, null, "sgd", null, null).applied(GoldenConfigs.of("resnet50"));

  @Test
  void noFewerModulesDoThanAreTaken() {
    // Given what a rank takes with all of one depth, and without any
    Trial enough = trial("80GiB");
    long plain = enough.of(RESNET).orElseThrow().p95().bytes();
    long strongest = tried(trial("300MiB"), RESNET).p95().bytes();
    assertThat(strongest).isLessThan(plain);
    for (int part = 1; part <= 3; part++) {
      // When
      long bytes = strongest + (plain - strongest) * part / 4;
      Trial trial = trial(bytes / (1 << 20) + 512 + "MiB");
      Outcome outcome = tried(trial, RESNET);

      // Then it fits, and without any one of them it does not
      assertThat(outcome.fits()).isTrue();
      List<String> modules = outcome.config().setup().checkpointing();
      for (String module : modules) {
        var fewer = new ArrayList<>(modules);
        fewer.remove(module);
        assertThat(
                trial
                    .of(RESNET.withSetup(RESNET.setup().withCheckpointing(fewer)))
                    .orElseThrow()
                    .fits())
            .as("%d of 4, without %s of %s", part, module, modules)
            .isFalse();
      }
    }
  }

  @Test
  void whereNoneSufficesTheStrongestIsTold() {
    Outcome outcome = tried(trial("300MiB"), RESNET);
    assertThat(outcome.fits()).isFalse();
    assertThat(outcome.changes()).hasSize(1);
    List<String> modules = outcome.config().setup().checkpointing();
    assertThat(modules).isSorted().hasSizeGreaterThan(3);
    assertThat(outcome.changes().getFirst())
        .isEqualTo(
            "checkpoint %s, %s and %d more"
                .formatted(modules.get(0), modules.get(1), modules.size() - 2));
  }

  @Test
  void aFewAreNamed() {
    LayerConfig job = new WhatIf(4, null, "sgd", null, null).applied(RESNET);
    Outcome outcome = tried(trial("80GiB"), job);
    List<String> modules = outcome.config().setup().checkpointing();
    assertThat(modules).hasSizeBetween(1, 3);
    assertThat(outcome.changes()).containsExactly("checkpoint " + String.join(", ", modules));
  }

  @Test
  void nothingIsRecomputedTwiceNorInInferenceNorUnseen() {
    Trial trial = trial("300MiB");
    Outcome from = trial.of(RESNET).orElseThrow();
    for (LayerConfig job :
        List.of(
            RESNET.withSetup(RESNET.setup().withMode(RunMode.INFERENCE)),
            RESNET.withSetup(RESNET.setup().withCheckpointing(List.of("layer1"))),
            RESNET.withDescription(new Undescribed("why")))) {
      assertThat(Checkpointing.tried(new Outcome(List.of(), job, from.budget(), from.fit()), trial))
          .isEmpty();
    }
  }

  private static Outcome tried(Trial trial, LayerConfig job) {
    List<Outcome> tried = Checkpointing.tried(trial.of(job).orElseThrow(), trial);
    assertThat(tried).hasSize(1);
    return tried.getFirst();
  }

  private static Trial trial(String gpu) {
    return new Trial(GoldenConfigs.check(), GpuCatalogueReader.own().device(gpu).orElseThrow());
  }
}

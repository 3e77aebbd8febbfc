package dev.headroom.plan.change;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.budget.Budget;
import dev.headroom.budget.Confidence;
import dev.headroom.budget.whatif.LargestBatch;
import dev.headroom.budget.whatif.WhatIf;
import dev.headroom.gpu.CudaDevice;
import dev.headroom.gpu.GpuCatalogue;
import dev.headroom.network.LayerConfig;
import dev.headroom.network.setup.TrainingSetup;
import dev.headroom.plan.GoldenConfigs;
import dev.headroom.plan.fit.Fit;
import dev.headroom.plan.fit.FitCheck;
import dev.headroom.wire.plan.GpuCatalogueReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RemediesTest {

  private static final GpuCatalogue GPUS = GpuCatalogueReader.own();
  private static final long SEED = 20_261_126;

  private final FitCheck check = GoldenConfigs.check();
  private final Remedies remedies = new Remedies(check);

  /// Jobs of golden networks, a little to much too large for a GPU.
  @Test
  void everyRemedyPredictedAgainFits() {
    // Given
    var random = new Random(SEED);
    List<String> networks = List.of("resnet18", "vgg16", "vit_b_16", "mobilenet_v2", "UNet");
    List<String> gpus = List.of("T4", "A100-40GB:1g.5gb", "RTX3080-10GB", "V100-16GB");
    int found = 0;
    for (int i = 0; i < 24; i++) {
      LayerConfig network = GoldenConfigs.of(networks.get(i % networks.size()));
      CudaDevice device = GPUS.device(gpus.get(random.nextInt(gpus.size()))).orElseThrow();
      String optimizer = List.of("adamw", "sgd", "momentum").get(random.nextInt(3));
      LayerConfig job =
          new WhatIf(1 << (5 + random.nextInt(6)), null, optimizer, null, null).applied(network);

      // When
      List<Remedy> all = remedies.of(job, device);

      // Then
      boolean fits = again(job, device).fits();
      assertThat(fits && !all.isEmpty()).as("a job that fits is left alone").isFalse();
      for (Remedy remedy : all) {
        assertThat(again(remedy.config(), device).fits()).as(remedy.changes().toString()).isTrue();
        assertThat(effectiveBatch(remedy.config())).isEqualTo(effectiveBatch(job));
        assertThat(remedy.changes()).isNotEmpty().doesNotHaveDuplicates();
        found++;
      }
    }
    assertThat(found).isGreaterThan(20);
  }

  @Test
  void whatCostsLessComesFirst() {
    // Given: a batch a little too large
    LayerConfig job = new WhatIf(256, null, "adamw", null, null).applied(resnet());

    // When
    List<Remedy> all = remedies.of(job, device("T4"));

    // Then
    assertThat(all.stream().map(remedy -> kind(remedy.changes().getFirst())))
        .containsExactly("autocast", "micro-batches", "checkpoint");
  }

  @ParameterizedTest
  @CsvSource({"T4, 'autocast to float16, with a GradScaler'", "A10, autocast to bfloat16"})
  void halfPrecisionIsOneThatTheGpuHas(String gpu, String change) {
    // Given: a third more than fits
    LayerConfig network = GoldenConfigs.of("resnet18");
    LargestBatch largest = check.largestBatch(network, device(gpu));
    int batch = ((LargestBatch.Fits) largest).batch();

    // Then
    assertThat(
            remedies.of(withBatch(network, batch * 4 / 3), device(gpu)).stream()
                .flatMap(it -> it.changes().stream()))
        .contains(change);
  }

  @Test
  void noFewerModulesAreCheckpointedThanNeeded() {
    // Given
    LayerConfig job = new WhatIf(256, null, null, null, null).applied(resnet());

    // When
    Remedy remedy =
        remedies.of(job, device("T4")).stream()
            .filter(it -> kind(it.changes().getFirst()).equals("checkpoint"))
            .findFirst()
            .orElseThrow();

    // Then: without any one of them it does not fit
    List<String> modules = remedy.config().setup().checkpointing();
    assertThat(modules.size()).isBetween(1, 15);
    for (String module : modules) {
      var fewer = new ArrayList<>(modules);
      fewer.remove(module);
      LayerConfig less = job.withSetup(job.setup().withCheckpointing(fewer));
      assertThat(again(less, device("T4")).fits()).as("without " + module).isFalse();
    }
  }

  @Test
  void whatNoChangeAloneBringsSeveralDo() {
    // Given: weights that need ranks, and a batch that needs to be smaller
    LayerConfig job = new WhatIf(97, null, "adamw", null, null).applied(GoldenConfigs.of("vgg16"));
    CudaDevice small = device("3GiB");

    // When
    List<Remedy> all = remedies.of(job, small);

    // Then
    assertThat(all).hasSize(1);
    Remedy remedy = all.getFirst();
    assertThat(remedy.changes()).hasSizeGreaterThan(1);
    assertThat(again(remedy.config(), small).fits()).isTrue();
  }

  @Test
  void whatNothingBringsIsNotPromised() {
    // Then
    assertThat(remedies.of(resnet(), GPUS.device("300MiB").orElseThrow())).isEmpty();
  }

  private static LayerConfig resnet() {
    return GoldenConfigs.of("resnet50");
  }

  private static LayerConfig withBatch(LayerConfig config, int batch) {
    return config.withSetup(config.setup().withBatchSize(batch));
  }

  private static CudaDevice device(String name) {
    return GPUS.device(name).orElseThrow();
  }

  private static String kind(String change) {
    return change.split(" ", 2)[0];
  }

  private static int effectiveBatch(LayerConfig config) {
    TrainingSetup setup = config.setup();
    return setup.batchSize() * setup.gradients().accumulationSteps();
  }

  /// By rules that know nothing of remedies.
  private Fit again(LayerConfig config, CudaDevice device) {
    Budget budget = (Budget) check.predict().apply(config);
    assertThat(budget.confidence()).isNotEqualTo(Confidence.UNSUPPORTED);
    return check.of(config, budget, device);
  }
}

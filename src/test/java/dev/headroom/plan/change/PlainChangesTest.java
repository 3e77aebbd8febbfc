package dev.headroom.plan.change;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.budget.whatif.WhatIf;
import dev.headroom.network.LayerConfig;
import dev.headroom.network.setup.Gradients;
import dev.headroom.network.setup.Parallelism;
import dev.headroom.network.setup.RunMode;
import dev.headroom.network.setup.TrainingSetup;
import dev.headroom.plan.GoldenConfigs;
import dev.headroom.plan.change.Trial.Outcome;
import dev.headroom.wire.plan.GpuCatalogueReader;
import java.util.List;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Each change on a GPU that is too small for any, so that all are tried; and on one that is not.
class PlainChangesTest {

  @Test
  void theOptimizersStepInOneKernelWhereItHasOne() {
    assertThat(tried(PlainChanges::fused, "300MiB", job(8, "adamw", null)))
        .containsExactly("fused=True in the optimizer");
    assertThat(tried(PlainChanges::fused, "300MiB", job(8, "adamw,fused", null))).isEmpty();
    assertThat(tried(PlainChanges::fused, "300MiB", job(8, "rmsprop", null))).isEmpty();
    assertThat(tried(PlainChanges::fused, "300MiB", inference(job(8, "sgd", null)))).isEmpty();
  }

  @Test
  void halfPrecisionIsTheOneThatTheGpuComputesIn() {
    LayerConfig job = job(8, "sgd", null);
    assertThat(tried(PlainChanges::autocast, "V100-16GB", job))
        .containsExactly("autocast to float16, with a GradScaler");
    assertThat(tried(PlainChanges::autocast, "A10", job)).containsExactly("autocast to bfloat16");
    assertThat(tried(PlainChanges::autocast, "300MiB", inference(job))).hasSize(2);
    assertThat(tried(PlainChanges::autocast, "A10", job(8, "sgd", "bf16"))).isEmpty();
  }

  @Test
  void microBatchesGiveTheSameBatch() {
    assertThat(tried(PlainChanges::accumulation, "300MiB", job(6, "sgd", null)))
        .containsExactly(
            "micro-batches of 3, gradients accumulated over 2",
            "micro-batches of 2, gradients accumulated over 3",
            "micro-batches of 1, gradients accumulated over 6");
    LayerConfig twice = job(6, "sgd", null);
    twice = twice.withSetup(twice.setup().withGradients(new Gradients(true, 2)));
    TrainingSetup half =
        all(PlainChanges::accumulation, "300MiB", twice).getFirst().config().setup();
    assertThat(half.batchSize()).isEqualTo(3);
    assertThat(half.gradients()).isEqualTo(new Gradients(true, 4));
    assertThat(tried(PlainChanges::accumulation, "300MiB", inference(twice))).isEmpty();
    assertThat(tried(PlainChanges::accumulation, "A10", job(6, "sgd", null)))
        .as("the first that fits ends it")
        .hasSize(1);
  }

  @Test
  void shardsAreOfMoreRanksAndDivideMore() {
    assertThat(tried(PlainChanges::sharding, "1MiB", job(1, "sgd", null)))
        .hasSize(3 * 8)
        .startsWith("ZeRO stage 1 over 2 ranks", "ZeRO stage 2 over 2 ranks", "FSDP over 2 ranks")
        .endsWith("FSDP over 256 ranks");
    assertThat(tried(PlainChanges::sharding, "1MiB", sharded(Parallelism.Strategy.FSDP, 4)))
        .containsExactly(
            "FSDP over 8 ranks",
            "FSDP over 16 ranks",
            "FSDP over 32 ranks",
            "FSDP over 64 ranks",
            "FSDP over 128 ranks");
    assertThat(tried(PlainChanges::sharding, "1MiB", sharded(Parallelism.Strategy.ZERO2, 128)))
        .containsExactly(
            "FSDP over 128 ranks", "ZeRO stage 2 over 256 ranks", "FSDP over 256 ranks");
    assertThat(tried(PlainChanges::sharding, "1MiB", inference(job(1, "sgd", null)))).isEmpty();
  }

  private static LayerConfig sharded(Parallelism.Strategy strategy, int ranks) {
    LayerConfig job = job(1, "sgd", null);
    return job.withSetup(job.setup().withParallelism(new Parallelism(strategy, ranks, false)));
  }

  private static List<String> tried(
      BiFunction<Outcome, Trial, List<Outcome>> change, String gpu, LayerConfig job) {
    return all(change, gpu, job).stream().map(outcome -> outcome.changes().getFirst()).toList();
  }

  private static List<Outcome> all(
      BiFunction<Outcome, Trial, List<Outcome>> change, String gpu, LayerConfig job) {
    var trial =
        new Trial(GoldenConfigs.check(), GpuCatalogueReader.own().device(gpu).orElseThrow());
    return change.apply(trial.of(job).orElseThrow(), trial);
  }

  private static LayerConfig inference(LayerConfig job) {
    return job.withSetup(job.setup().withMode(RunMode.INFERENCE));
  }

  private static LayerConfig job(int batch, String optimizer, @Nullable String precision) {
    return new WhatIf(batch, precision, optimizer, null, null)
        .applied(GoldenConfigs.of("resnet18"));
  }
}

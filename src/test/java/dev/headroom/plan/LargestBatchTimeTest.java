package dev.headroom.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.budget.Budget;
import dev.headroom.budget.whatif.LargestBatch;
import dev.headroom.gpu.CudaDevice;
import dev.headroom.network.LayerConfig;
import dev.headroom.plan.fit.FitCheck;
import dev.headroom.wire.plan.GpuCatalogueReader;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import org.junit.jupiter.api.Test;

/// How long the largest batch takes, once the code is warm, in time of one core.
/// `docs/performance.md` has the figures of the benchmark.
class LargestBatchTimeTest {

  private static final CudaDevice GPU = GpuCatalogueReader.own().device("A100-80GB").orElseThrow();
  private static final int ROUNDS = 12;

  @Test
  void ofResnet50TakesLessThanATenthOfASecond() {
    assertThat(fastest(GoldenConfigs.of("resnet50"))).isLessThan(100);
  }

  @Test
  void ofALlamaOfThirtyTwoBlocksTakesLessThanFourTenths() {
    // Given: as many parameters as Llama 7B has
    LayerConfig llama = Llama.ofThirtyTwoBlocks();
    var budget = (Budget) GoldenConfigs.check().predict().apply(llama);
    assertThat(budget.parameters()).isEqualTo(6_738_415_616L);

    // Then
    assertThat(fastest(llama)).isLessThan(400);
  }

  /// Milliseconds of the fastest of some rounds.
  private static long fastest(LayerConfig config) {
    FitCheck check = GoldenConfigs.check();
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    long fastest = Long.MAX_VALUE;
    for (int i = 0; i < ROUNDS; i++) {
      long started = threads.getCurrentThreadCpuTime();
      assertThat(check.largestBatch(config, GPU)).isInstanceOf(LargestBatch.Fits.class);
      fastest = Math.min(fastest, threads.getCurrentThreadCpuTime() - started);
    }
    System.out.printf("largest batch of %s: %d ms%n", config.job(), fastest / 1_000_000);
    return fastest / 1_000_000;
  }
}

package dev.headroom.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.budget.Budget;
import dev.headroom.budget.whatif.LargestBatch;
import dev.headroom.gpu.CudaDevice;
import dev.headroom.gpu.GpuCatalogue;
import dev.headroom.network.LayerConfig;
import dev.headroom.plan.fit.Fit;
import dev.headroom.plan.fit.FitCheck;
import dev.headroom.wire.plan.GpuCatalogueReader;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Each golden network on each GPU of the catalogue: as many samples as are said to fit do, and one
/// more does not.
class LargestBatchOnEachGpuTest {

  private static final GpuCatalogue GPUS = GpuCatalogueReader.own();

  /// The smaller before the larger of a kind.
  private static final List<List<String>> KINDS =
      List.of(
          List.of("A100-40GB:1g.5gb", "A100-40GB:2g.10gb", "A100-40GB:3g.20gb", "A100-40GB"),
          List.of("A30:1g.6gb", "A30:2g.12gb", "A30:4g.24gb", "A30"),
          List.of("A100-40GB", "A100-80GB"),
          List.of("V100-16GB", "V100-32GB"),
          List.of("H100-80GB:1g.10gb", "H100-80GB:4g.40gb", "H100-80GB", "H100-94GB"));

  static List<String> networks() {
    return GoldenConfigs.names();
  }

  @ParameterizedTest
  @MethodSource("networks")
  void fitsAndOneMoreDoesNot(String network) {
    // Given
    LayerConfig config = GoldenConfigs.of(network);
    FitCheck check = GoldenConfigs.remembering();

    // Then
    assertThat(GPUS.models())
        .allSatisfy(
            gpu -> {
              CudaDevice device = CudaDevice.whole(gpu);
              switch (check.largestBatch(config, device)) {
                case LargestBatch.Fits(int batch, Budget budget) -> {
                  assertThat(fit(check, config, batch, device).fits()).isTrue();
                  assertThat(fit(check, config, batch + 1, device).fits()).isFalse();
                  assertThat(budget.peak().expectedReserved())
                      .isEqualTo(fit(check, config, batch, device).spread().reserved());
                }
                case LargestBatch.TooLarge(Budget one) ->
                    assertThat(check.of(batch(config, 1), one, device).fits()).isFalse();
                case LargestBatch.None none -> throw new AssertionError(none);
              }
            });
  }

  @ParameterizedTest
  @MethodSource("networks")
  void whatFitsAGpuFitsALargerOfItsKind(String network) {
    // Given
    LayerConfig config = GoldenConfigs.of(network);
    FitCheck check = GoldenConfigs.remembering();

    for (List<String> kind : KINDS) {
      for (int i = 0; i + 1 < kind.size(); i++) {
        CudaDevice smaller = GPUS.device(kind.get(i)).orElseThrow();
        CudaDevice larger = GPUS.device(kind.get(i + 1)).orElseThrow();
        if (check.largestBatch(config, smaller) instanceof LargestBatch.Fits(int batch, var _)) {
          // Then
          assertThat(fit(check, config, batch, larger).fits()).as(larger.name()).isTrue();
        }
      }
    }
  }

  private static Fit fit(FitCheck check, LayerConfig config, int batch, CudaDevice device) {
    LayerConfig job = batch(config, batch);
    return check.of(job, (Budget) check.predict().apply(job), device);
  }

  private static LayerConfig batch(LayerConfig config, int batch) {
    return config.withSetup(config.setup().withBatchSize(batch));
  }
}

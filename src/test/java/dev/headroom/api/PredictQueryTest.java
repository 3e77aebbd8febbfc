package dev.headroom.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headroom.api.problem.Problem;
import dev.headroom.budget.whatif.WhatIf;
import dev.headroom.gpu.CudaDevice;
import dev.headroom.gpu.GpuCatalogue;
import dev.headroom.wire.plan.GpuCatalogueReader;
import jakarta.ws.rs.WebApplicationException;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class PredictQueryTest {

  private static final GpuCatalogue GPUS = GpuCatalogueReader.own();

  private final PredictQuery query = new PredictQuery();

  @Test
  void whatIsAskedIsAWhatIf() {
    assertThat(query.whatIf()).isEqualTo(WhatIf.NOTHING);
    // When
    query.batch = 8;
    query.precision = "float16";
    query.optimizer = "adamw";
    query.mode = "inference";
    query.checkpoint = List.of("a,b", "c");
    query.input = List.of("3x4");
    // Then
    assertThat(query.whatIf())
        .isEqualTo(
            new WhatIf(8, "float16", "adamw", "inference", List.of("a", "b", "c"), List.of("3x4")));
    query.checkpoint = List.of();
    assertThat(query.whatIf().checkpoint()).isNull();
  }

  @Test
  void aGpuIsKnownOrASize() {
    assertThat(query.device(GPUS)).isEmpty();
    query.gpu = "T4";
    assertThat(query.device(GPUS)).map(CudaDevice::name).contains("T4");
    query.gpu = "x";
    refuses(() -> query.device(GPUS), "gpu is neither known nor a size such as 24GiB: x (known: ");
  }

  @Test
  void theLargestBatchNeedsAGpu() {
    assertThat(query.largestBatchOn(GPUS)).isEmpty();
    query.gpu = "T4";
    query.largestBatch = "false";
    assertThat(query.largestBatchOn(GPUS)).isEmpty();
    query.largestBatch = "true";
    assertThat(query.largestBatchOn(GPUS)).map(CudaDevice::name).contains("T4");
    query.gpu = null;
    refuses(() -> query.largestBatchOn(GPUS), "largest_batch needs gpu");
    query.largestBatch = "yes";
    refuses(() -> query.largestBatchOn(GPUS), "largest_batch is not true or false: yes");
  }

  private static void refuses(ThrowingCallable check, String why) {
    assertThatThrownBy(check)
        .isInstanceOfSatisfying(
            WebApplicationException.class,
            refused -> {
              assertThat(refused.getResponse().getStatus()).isEqualTo(400);
              assertThat(((Problem) refused.getResponse().getEntity()).detail()).startsWith(why);
            });
  }
}

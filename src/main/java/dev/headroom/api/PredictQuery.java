package dev.headroom.api;

import dev.headroom.api.problem.Parameters;
import dev.headroom.api.problem.Problem;
import dev.headroom.budget.whatif.WhatIf;
import dev.headroom.gpu.CudaDevice;
import dev.headroom.gpu.GpuCatalogue;
import dev.headroom.gpu.GpuModel;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/// The parameters of a prediction: what-if changes, GPU, number of samples. They equal the options
/// of `headroom predict`.
final class PredictQuery {

  @RestQuery
  @Parameter(description = "Another batch size, per rank.", schema = @Schema(minimum = "1"))
  @Nullable Integer batch;

  @RestQuery
  @Parameter(
      description =
          "float32, float64, float16 or bfloat16 for everything; autocast-float16 or"
              + " autocast-bfloat16 over float32 parameters.")
  @Nullable String precision;

  @RestQuery
  @Parameter(
      description =
          "Such as sgd, momentum, adamw, or with options: adamw,amsgrad,fused;"
              + " sgd,momentum=0.9,nesterov.")
  @Nullable String optimizer;

  @RestQuery
  @Parameter(schema = @Schema(enumeration = {"training", "inference"}))
  @Nullable String mode;

  @RestQuery
  @Parameter(
      description =
          "Modules whose forward pass is recomputed, with commas between or one a parameter; none"
              + " for none.")
  @Nullable List<String> checkpoint;

  @RestQuery
  @Parameter(
      description =
          "Other input shapes, of one sample, with commas between or one a parameter: 3x384x384,"
              + " 256, or with several inputs ids=256.")
  @Nullable List<String> input;

  @RestQuery
  @Parameter(
      description =
          "The GPU it runs on: what its context takes, and whether the job fits. Such as"
              + " A100-40GB, T4, 24GiB.")
  @Nullable String gpu;

  @RestQuery("largest_batch")
  @Parameter(
      name = "largest_batch",
      description =
          "true: the answer is about as many samples at once as fit on the GPU of gpu, and says how"
              + " many those are.",
      schema = @Schema(enumeration = {"true", "false"}))
  @Nullable String largestBatch;

  WhatIf whatIf() {
    return new WhatIf(batch, precision, optimizer, mode, all(checkpoint), all(input));
  }

  private static @Nullable List<String> all(@Nullable List<String> given) {
    return given == null || given.isEmpty()
        ? null
        : given.stream().flatMap(names -> Arrays.stream(names.split(",", -1))).toList();
  }

  Optional<CudaDevice> device(GpuCatalogue catalogue) {
    return Optional.ofNullable(gpu)
        .map(
            name ->
                catalogue
                    .device(name)
                    .orElseThrow(
                        () ->
                            Problem.of(
                                    400,
                                    "gpu is neither known nor a size such as 24GiB: %s (known: %s)"
                                        .formatted(Parameters.shown(name), known(catalogue)))
                                .exception()));
  }

  /// The GPU that as many samples as possible shall fit on, if that is asked.
  Optional<CudaDevice> largestBatchOn(GpuCatalogue catalogue) {
    if (!Parameters.flag("largest_batch", largestBatch)) {
      return Optional.empty();
    }
    return Optional.of(
        device(catalogue)
            .orElseThrow(() -> Problem.of(400, "largest_batch needs gpu").exception()));
  }

  private static String known(GpuCatalogue catalogue) {
    return catalogue.models().stream().map(GpuModel::name).collect(Collectors.joining(", "));
  }
}

package dev.headroom.wire.plan;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.headroom.gpu.CudaDevice;
import dev.headroom.plan.JobPlan;
import dev.headroom.plan.change.Remedy;
import dev.headroom.plan.fit.Fit;
import java.util.List;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/// Whether a job fits on a GPU, for programs; sizes in bytes.
///
/// @param verdict `fits_at_p95`, `fits_at_p50` or `does_not_fit`; null where nobody can say
/// @param largestBatch how many samples at once fit; 0 where not even one does. A larger batch than
///     the next may fit again by luck, for the allocator rounds
/// @param remedies what makes it fit, what costs the training least first
@JsonInclude(JsonInclude.Include.NON_NULL)
public record JobAnswer(
    String job,
    String gpu,
    long gpuTotalBytes,
    long gpuUsableBytes,
    String gpuUsableBasis,
    @Nullable String verdict,
    @Nullable Long p50Bytes,
    @Nullable Long p95Bytes,
    @Nullable Long headroomBytes,
    @Nullable Double outOfMemoryProbability,
    @Nullable Integer largestBatch,
    List<RemedyAnswer> remedies,
    String confidence,
    List<String> reasons) {

  public JobAnswer {
    remedies = List.copyOf(remedies);
    reasons = List.copyOf(reasons);
  }

  /// Changes that make the job fit.
  ///
  /// @param batch of one rank at a time
  /// @param checkpoint modules that are recomputed
  public record RemedyAnswer(
      List<String> changes,
      int batch,
      int accumulationSteps,
      List<String> checkpoint,
      String strategy,
      int ranks,
      long p95Bytes,
      long headroomBytes) {

    static RemedyAnswer of(Remedy remedy) {
      var setup = remedy.config().setup();
      return new RemedyAnswer(
          remedy.changes(),
          setup.batchSize(),
          setup.gradients().accumulationSteps(),
          setup.checkpointing(),
          setup.parallelism().strategy().wireName(),
          setup.parallelism().worldSize(),
          remedy.fit().spread().p95().bytes(),
          remedy.fit().headroom());
    }
  }

  public static JobAnswer of(String job, CudaDevice device, JobPlan plan) {
    return switch (plan) {
      case JobPlan.Unknown _ ->
          new JobAnswer(
              job,
              device.name(),
              device.model().total().bytes(),
              device.usable().bytes(),
              device.model().usableBasis(),
              null,
              null,
              null,
              null,
              null,
              null,
              List.of(),
              plan.confidence(),
              plan.reasons());
      case JobPlan.Answer answer -> {
        Fit fit = answer.fit();
        yield new JobAnswer(
            job,
            device.name(),
            device.model().total().bytes(),
            device.usable().bytes(),
            device.model().usableBasis(),
            fit.verdict().wireName(),
            fit.spread().p50().bytes(),
            fit.spread().p95().bytes(),
            fit.headroom(),
            fit.outOfMemory(),
            boxed(answer.samplesThatFit()),
            answer.remedies().stream().map(RemedyAnswer::of).toList(),
            plan.confidence(),
            plan.reasons());
      }
    };
  }

  private static @Nullable Integer boxed(OptionalInt number) {
    return number.isPresent() ? number.getAsInt() : null;
  }
}

package dev.headroom.calibration;

import dev.headroom.budget.device.DeviceOverhead;
import dev.headroom.memory.MemorySize;
import java.util.List;
import java.util.Map;

/// What history teaches, at one moment: how large the peaks of a job will be, and how sure that is.
///
/// Immutable, for use by any thread; the same history gives the same answers to the byte.
///
/// ```java
/// var history = new History(Prior.BUILT_IN);
/// history.learn(observation); // once a job has ended
/// Forecast device = history.calibration()
///     .forecast(kind, PredictedPeak.of(config, budget.peak()), MeasuredSize.DEVICE);
/// MemorySize enough = device.p95();
/// double outOfMemory = device.probabilityAbove(gpu.total());
/// ```
public final class Calibration {

  private final Prior prior;
  private final Map<String, GpuHistory> gpus;

  Calibration(Prior prior, Map<String, GpuHistory> gpus) {
    this.prior = prior;
    this.gpus = Map.copyOf(gpus);
  }

  /// How large a peak will be.
  public Forecast forecast(JobKind kind, PredictedPeak predicted, MeasuredSize size) {
    GpuHistory history = gpus.get(kind.gpuModel());
    return history == null
        ? Level.untaught(size, prior.belief(kind.gpuModel(), size)).forecast(predicted, List.of())
        : history.forecast(kind, predicted, size);
  }

  /// Where the answers for such a job come from.
  public Knowledge knowledge(JobKind kind) {
    GpuHistory history = gpus.get(kind.gpuModel());
    return history == null
        ? new Knowledge(kind, prior.knows(kind.gpuModel()), 0, 0, 0)
        : new Knowledge(
            kind,
            prior.knows(kind.gpuModel()),
            history.jobs(),
            history.jobsByRelease().getOrDefault(kind.release(), 0),
            history.runs(kind).size());
  }

  /// What a device holds beyond the allocator's segments, as a budget asks for it.
  ///
  /// @param gpuModel as [JobKind] has it
  public DeviceOverhead beyondReserved(String gpuModel) {
    return (config, reserved) -> {
      var kind = new JobKind(gpuModel, config.framework(), config.model());
      var predicted = new PredictedPeak(reserved, reserved, ConvolutionReach.of(config));
      Forecast device = forecast(kind, predicted, MeasuredSize.DEVICE);
      MemorySize median = device.p50().minusOrZero(reserved);
      MemorySize p95 = device.p95().minusOrZero(reserved);
      return new DeviceOverhead.Beyond(median, p95);
    };
  }
}

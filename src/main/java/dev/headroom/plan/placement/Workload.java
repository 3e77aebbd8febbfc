package dev.headroom.plan.placement;

import dev.headroom.budget.Budget;
import dev.headroom.budget.Unsupported;
import dev.headroom.gpu.CudaDevice;
import dev.headroom.gpu.GpuModel;
import dev.headroom.plan.fit.FitCheck;
import dev.headroom.plan.fleet.JobRequest;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A job with what one rank of it holds at the 95th percentile, bytes, by kind of GPU.
///
/// @param p95 by the kind's name; empty where the job cannot be predicted
/// @param why it cannot
public record Workload(JobRequest job, Map<String, Long> p95, Optional<Unsupported> why) {

  public Workload {
    p95 = Map.copyOf(p95);
  }

  public static Workload of(FitCheck check, JobRequest job, List<GpuModel> models) {
    return switch (check.predict().apply(job.config())) {
      case Unsupported none -> new Workload(job, Map.of(), Optional.of(none));
      case Budget budget -> {
        var sizes = new HashMap<String, Long>();
        for (GpuModel model : models) {
          sizes.put(
              model.name(),
              check.of(job.config(), budget, CudaDevice.whole(model)).spread().p95().bytes());
        }
        yield new Workload(job, sizes, Optional.empty());
      }
    };
  }

  long on(GpuModel model) {
    return p95.getOrDefault(model.name(), Long.MAX_VALUE);
  }

  /// The least that a rank holds on any kind; 0 where nothing is known.
  long least() {
    return p95.values().stream().mapToLong(Long::longValue).min().orElse(0);
  }
}

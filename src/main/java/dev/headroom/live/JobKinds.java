package dev.headroom.live;

import dev.headroom.calibration.JobKind;
import dev.headroom.gpu.GpuCatalogue;
import dev.headroom.gpu.GpuModel;
import dev.headroom.ledger.Snapshot;
import dev.headroom.ledger.state.GpuState;
import dev.headroom.ledger.state.JobState;
import dev.headroom.ledger.state.Placement;
import dev.headroom.network.LayerConfig;
import dev.headroom.sample.DeviceSample;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// What decides which jobs a job of the ledger can learn from. Remembers the names of GPUs that it
/// looked up. Of one thread.
public final class JobKinds {

  private final GpuCatalogue catalogue;
  private final Map<String, String> names = new HashMap<>();

  public JobKinds(GpuCatalogue catalogue) {
    this.catalogue = catalogue;
  }

  /// The kind of a job; of an unknown GPU while none of its GPUs was sampled.
  public JobKind of(JobState job, LayerConfig config, Snapshot snapshot) {
    String gpuModel = gpuModel(job, snapshot).orElse("");
    return new JobKind(gpuModel, config.framework(), config.model());
  }

  /// The GPU model that a job runs on; empty while none of its GPUs was sampled.
  public Optional<String> gpuModel(JobState job, Snapshot snapshot) {
    for (Placement placement : job.placements()) {
      GpuState gpu = snapshot.gpus().get(placement.gpu());
      if (gpu != null && gpu.sample().model() != null) {
        return Optional.of(gpuModel(gpu.sample()));
      }
    }
    return Optional.empty();
  }

  /// A slice of a GPU is a model of its own.
  private String gpuModel(DeviceSample gpu) {
    String whole =
        names.computeIfAbsent(String.valueOf(gpu.model()), name -> name(catalogue, name));
    return gpu.migProfile() == null ? whole : whole + ":" + gpu.migProfile();
  }

  /// As the catalogue names it; as it was given where that does not know it.
  static String name(GpuCatalogue catalogue, String gpu) {
    return catalogue.model(gpu).map(GpuModel::name).orElse(gpu);
  }
}

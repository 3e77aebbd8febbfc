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
    String gpuModel = "";
    for (Placement placement : job.placements()) {
      GpuState gpu = snapshot.gpus().get(placement.gpu());
      if (gpu != null && gpu.sample().model() != null) {
        gpuModel = gpuModel(gpu.sample());
        break;
      }
    }
    return new JobKind(gpuModel, config.framework(), config.model());
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

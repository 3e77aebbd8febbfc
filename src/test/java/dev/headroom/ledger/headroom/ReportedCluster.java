package dev.headroom.ledger.headroom;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.headroom.budget.Prediction;
import dev.headroom.budget.Predictor;
import dev.headroom.budget.device.KnownOverheads;
import dev.headroom.ledger.Snapshot;
import dev.headroom.ledger.SnapshotBuilder;
import dev.headroom.ledger.event.ConfigRegistered;
import dev.headroom.ledger.event.DeviceSampled;
import dev.headroom.ledger.state.JobState;
import dev.headroom.ledger.state.Registration;
import dev.headroom.memory.MemorySize;
import dev.headroom.network.LayerConfig;
import dev.headroom.sample.DeviceSample;
import dev.headroom.sample.GpuProcess;
import dev.headroom.sample.MemorySample;
import dev.headroom.sample.SampleSource;
import dev.headroom.wire.layerconfig.LayerConfigDecoder;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A cluster that a report is told of: jobs as agents see them, and GPUs.
abstract class ReportedCluster {

  static final long GIB = 1L << 30;
  static final long MIB = 1L << 20;

  final SnapshotBuilder cluster = new SnapshotBuilder();

  static MemorySample.Builder agent(String job, String gpu, int second, long pid, long used) {
    return MemorySample.builder(job, gpu, SnapshotBuilder.START.plusSeconds(second))
        .host("gpu-07")
        .pid(pid)
        .source(SampleSource.NVML)
        .processUsed(new MemorySize(used));
  }

  final void device(
      String gpu, long total, long used, @Nullable MemorySize reserved, GpuProcess... processes) {
    long second = cluster.snapshot().at().getEpochSecond() - SnapshotBuilder.START.getEpochSecond();
    cluster.with(
        new DeviceSampled(
            new DeviceSample(
                gpu,
                "gpu-07",
                cluster.snapshot().at(),
                new MemorySize(total),
                new MemorySize(used),
                0,
                null,
                null,
                null,
                reserved,
                null,
                List.of(processes))),
        second);
  }

  /// A linear layer of 1024 to 1024, as in the reports' cases; what it is predicted to need.
  final long register(String job, String framework, int batch) {
    String json =
        """
        {"schema": "headroom/layer-config/1", "job": "%s", "batch_size": %d,
         "framework": {"name": "%s"}, "inputs": [{"name": "x", "shape": [1024]}],
         "layers": [{"name": "fc", "type": "linear", "inputs": ["x"],
                     "in_features": 1024, "out_features": 1024}]}
        """
            .formatted(job, batch, framework);
    LayerConfig config = LayerConfigDecoder.read(json.getBytes(UTF_8));
    Prediction prediction = new Predictor(new KnownOverheads()).predict(config);
    cluster.with(
        new ConfigRegistered(
            new Registration(config, prediction, "content", SnapshotBuilder.START)),
        0);
    return job(job).budget().orElseThrow().peak().device().bytes();
  }

  final JobState job(String name) {
    return Objects.requireNonNull(cluster.snapshot().jobs().get(name));
  }

  /// Seconds; −1 where it does not grow.
  final long timeToCapacity(String job) {
    Snapshot snapshot = cluster.snapshot();
    return job(job)
        .timeToCapacity(snapshot.at(), snapshot.gpus()::get)
        .map(Duration::toSeconds)
        .orElse(-1L);
  }

  final GpuHeadroom on(String gpu) {
    Snapshot snapshot = cluster.snapshot();
    return Objects.requireNonNull(GpuHeadroom.of(snapshot).get(gpu));
  }
}

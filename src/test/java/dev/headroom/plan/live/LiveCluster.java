package dev.headroom.plan.live;

import dev.headroom.budget.Budget;
import dev.headroom.budget.Predictor;
import dev.headroom.budget.device.KnownOverheads;
import dev.headroom.gpu.GpuCatalogue;
import dev.headroom.ledger.SnapshotBuilder;
import dev.headroom.ledger.event.DeviceSampled;
import dev.headroom.memory.MemorySize;
import dev.headroom.plan.GoldenConfigs;
import dev.headroom.plan.fit.OverheadSpread;
import dev.headroom.sample.DeviceSample;
import dev.headroom.sample.MemorySample;
import dev.headroom.wire.plan.GpuCatalogueReader;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A ledger of real sizes: vgg16 with a batch of 32 takes 6.7 GiB at the 95th percentile.
abstract class LiveCluster {

  static final long MIB = 1L << 20;
  static final String A100 = "NVIDIA A100-SXM4-40GB";
  static final GpuCatalogue GPUS = GpuCatalogueReader.own();
  static final Budget VGG =
      (Budget) new Predictor(new KnownOverheads()).predict(GoldenConfigs.of("vgg16"));

  SnapshotBuilder snapshots = new SnapshotBuilder();

  final LiveFleet live() {
    return new LiveFleet(
        snapshots.snapshot(), GPUS, new OverheadSpread(gpu -> KnownOverheads.forGpu(gpu.name())));
  }

  final void gpu(String uuid, String model, long totalMib, long usedMib) {
    snapshots =
        snapshots.with(
            new DeviceSampled(
                new DeviceSample(
                    uuid,
                    "gpu-07",
                    SnapshotBuilder.START.plusSeconds(1),
                    MemorySize.ofMebibytes(totalMib),
                    MemorySize.ofMebibytes(usedMib),
                    Integer.parseInt(uuid.substring(4)),
                    model,
                    "570.1",
                    null,
                    null,
                    null,
                    List.of())),
            1);
  }

  final void job(
      String name, String gpu, long allocated, @Nullable Long reserved, @Nullable Long process) {
    MemorySample.Builder sample =
        SnapshotBuilder.sample(name, gpu, 2).allocated(new MemorySize(allocated));
    if (reserved != null) {
      sample = sample.reserved(new MemorySize(reserved));
    }
    if (process != null) {
      sample = sample.processUsed(new MemorySize(process));
    }
    snapshots =
        snapshots.with(SnapshotBuilder.config(name, "vgg16", VGG), 1).with(sample.build(), 2);
  }
}

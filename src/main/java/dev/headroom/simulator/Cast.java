package dev.headroom.simulator;

import dev.headroom.simulator.Fault.Drift;
import dev.headroom.simulator.Fault.Leak;
import dev.headroom.simulator.Fault.None;
import dev.headroom.simulator.Fault.OverReserve;
import java.time.Duration;
import java.util.List;

/// Who plays in the simulated cluster: what a real one shows within days, in a few minutes.
final class Cast {

  private static final long MIB = 1L << 20;
  private static final Fault HEALTHY = new None();

  /// The most telling first, for those who want only a few jobs.
  static final List<Scenario> ALL =
      List.of(
          Scenario.endless("resnet50-healthy", "resnet50", GpuModel.A100, 0, HEALTHY),
          Scenario.endless("resnet50-drifting", "resnet50", GpuModel.A100, 1, new Drift(0.20)),
          Scenario.endless("swin-t-leaking", "swin_t", GpuModel.V100, 0, new Leak(4 * MIB)),
          Scenario.endless("vgg16-over-reserved", "vgg16", GpuModel.A100, 2, new OverReserve(2.5)),
          Scenario.endless(
              "efficientnet-b3-dying",
              "efficientnet_b3",
              GpuModel.RTX_3090,
              0,
              new Leak(160 * MIB)),
          new Scenario(
              "shufflenet-replaced",
              "shufflenet_v2_x1_0",
              GpuModel.RTX_3090,
              1,
              HEALTHY,
              Duration.ofSeconds(90),
              Duration.ofSeconds(10)),
          new Scenario(
              "resnet18-finishing",
              "resnet18",
              GpuModel.RTX_3090,
              2,
              HEALTHY,
              Duration.ofSeconds(60),
              Duration.ofSeconds(120)),
          Scenario.endless("vit-b16-pretrain", "vit_b_16", GpuModel.A100, 3, HEALTHY),
          Scenario.endless("resnet152-imagenet", "resnet152", GpuModel.V100, 1, HEALTHY),
          Scenario.endless("densenet121-xray", "densenet121", GpuModel.V100, 2, HEALTHY),
          Scenario.endless("convnext-tiny-tune", "convnext_tiny", GpuModel.V100, 3, HEALTHY),
          Scenario.endless("mobilenet-v2-bf16", "mobilenet_v2", GpuModel.RTX_3090, 3, HEALTHY),
          // Two that share their GPU with another job.
          Scenario.endless("googlenet-shared", "googlenet", GpuModel.RTX_3090, 3, HEALTHY),
          Scenario.endless("mobilenet-v3-shared", "mobilenet_v3_large", GpuModel.A100, 0, HEALTHY));

  private Cast() {}
}

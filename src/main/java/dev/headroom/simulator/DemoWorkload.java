package dev.headroom.simulator;

import dev.headroom.simulator.job.JobFault;
import dev.headroom.simulator.job.JobFault.Drift;
import dev.headroom.simulator.job.JobFault.Leak;
import dev.headroom.simulator.job.JobFault.None;
import dev.headroom.simulator.job.JobFault.OverReserve;
import dev.headroom.simulator.job.JobScenario;
import dev.headroom.simulator.job.SimulatedGpuModel;
import java.time.Duration;
import java.util.List;

/// The jobs of the simulated cluster: within minutes they show what a real cluster shows within
/// days.
final class DemoWorkload {

  private static final long MIB = 1L << 20;
  private static final JobFault HEALTHY = new None();

  /// The most telling first, for those who want only a few jobs.
  static final List<JobScenario> ALL =
      List.of(
          JobScenario.endless("resnet50-healthy", "resnet50", SimulatedGpuModel.A100, 0, HEALTHY),
          JobScenario.endless(
              "resnet50-drifting", "resnet50", SimulatedGpuModel.A100, 1, new Drift(0.20)),
          JobScenario.endless(
              "swin-t-leaking", "swin_t", SimulatedGpuModel.V100, 0, new Leak(4 * MIB)),
          JobScenario.endless(
              "vgg16-over-reserved", "vgg16", SimulatedGpuModel.A100, 2, new OverReserve(2.5)),
          JobScenario.endless(
              "efficientnet-b3-dying",
              "efficientnet_b3",
              SimulatedGpuModel.RTX_3090,
              0,
              new Leak(160 * MIB)),
          new JobScenario(
              "shufflenet-replaced",
              "shufflenet_v2_x1_0",
              SimulatedGpuModel.RTX_3090,
              1,
              HEALTHY,
              Duration.ofSeconds(90),
              Duration.ofSeconds(10)),
          new JobScenario(
              "resnet18-finishing",
              "resnet18",
              SimulatedGpuModel.RTX_3090,
              2,
              HEALTHY,
              Duration.ofSeconds(60),
              Duration.ofSeconds(120)),
          JobScenario.endless("vit-b16-pretrain", "vit_b_16", SimulatedGpuModel.A100, 3, HEALTHY),
          JobScenario.endless(
              "resnet152-imagenet", "resnet152", SimulatedGpuModel.V100, 1, HEALTHY),
          JobScenario.endless(
              "densenet121-xray", "densenet121", SimulatedGpuModel.V100, 2, HEALTHY),
          JobScenario.endless(
              "convnext-tiny-tune", "convnext_tiny", SimulatedGpuModel.V100, 3, HEALTHY),
          JobScenario.endless(
              "mobilenet-v2-bf16", "mobilenet_v2", SimulatedGpuModel.RTX_3090, 3, HEALTHY),
          // Two that share their GPU with another job.
          JobScenario.endless(
              "googlenet-shared", "googlenet", SimulatedGpuModel.RTX_3090, 3, HEALTHY),
          JobScenario.endless(
              "mobilenet-v3-shared", "mobilenet_v3_large", SimulatedGpuModel.A100, 0, HEALTHY));

  private DemoWorkload() {}
}

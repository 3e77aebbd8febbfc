package dev.headroom.simulator;

import dev.headroom.simulator.job.JobFault;
import dev.headroom.simulator.job.JobFault.Drift;
import dev.headroom.simulator.job.JobFault.Leak;
import dev.headroom.simulator.job.JobFault.None;
import dev.headroom.simulator.job.JobFault.OverReserve;
import dev.headroom.simulator.job.JobFault.Waits;
import dev.headroom.simulator.job.JobScenario;
import dev.headroom.simulator.job.SimulatedGpuModel;
import java.time.Duration;
import java.util.List;

/// The jobs of the simulated cluster: within minutes they show what a real cluster shows within
/// days.
final class DemoWorkload {

  private static final long MIB = 1L << 20;
  private static final JobFault HEALTHY = new None();

  /// Longer than anybody looks.
  private static final Duration WAITS = Duration.ofHours(2);

  /// The most telling first, for those who want only a few jobs.
  static final List<JobScenario> ALL =
      List.of(
          JobScenario.healthy("resnet50-healthy", "resnet50", SimulatedGpuModel.A100, 0),
          JobScenario.endless(
              "resnet50-drifting",
              "resnet50",
              SimulatedGpuModel.A100,
              1,
              new Drift(0.20),
              "holds 20 % more than its budget; BudgetExceeded after 10 minutes"),
          JobScenario.endless(
              "swin-t-leaking",
              "swin_t",
              SimulatedGpuModel.V100,
              0,
              new Leak(4 * MIB),
              "grows 4 MiB a second without an end; LeakSuspected after 17 minutes"),
          JobScenario.endless(
              "vgg16-over-reserved",
              "vgg16",
              SimulatedGpuModel.A100,
              2,
              new OverReserve(2.5),
              "reserves 2.5 times what it needs; ReservedExceeded after 10 minutes"),
          JobScenario.endless(
              "efficientnet-b3-dying",
              "efficientnet_b3",
              SimulatedGpuModel.RTX_3090,
              0,
              new Leak(64 * MIB),
              "grows 64 MiB a second and dies of it; OutOfMemoryImminent a minute before"),
          new JobScenario(
              "shufflenet-replaced",
              "shufflenet_v2_x1_0",
              SimulatedGpuModel.RTX_3090,
              1,
              HEALTHY,
              Duration.ofSeconds(90),
              Duration.ofSeconds(10),
              "is replaced by a new run"),
          new JobScenario(
              "resnet18-finishing",
              "resnet18",
              SimulatedGpuModel.RTX_3090,
              2,
              HEALTHY,
              Duration.ofSeconds(60),
              Duration.ofSeconds(120),
              "completes"),
          JobScenario.healthy("vit-b16-pretrain", "vit_b_16", SimulatedGpuModel.A100, 3),
          JobScenario.healthy("resnet152-imagenet", "resnet152", SimulatedGpuModel.V100, 1),
          JobScenario.healthy("densenet121-xray", "densenet121", SimulatedGpuModel.V100, 2),
          JobScenario.healthy("convnext-tiny-tune", "convnext_tiny", SimulatedGpuModel.V100, 3),
          JobScenario.healthy("mobilenet-v2-bf16", "mobilenet_v2", SimulatedGpuModel.RTX_3090, 3),
          // Two that share their GPU with another job.
          JobScenario.healthy("googlenet-shared", "googlenet", SimulatedGpuModel.RTX_3090, 3),
          JobScenario.healthy(
              "mobilenet-v3-shared", "mobilenet_v3_large", SimulatedGpuModel.A100, 0),
          // Four on one GPU that do not fit together: the last has not begun to train.
          JobScenario.healthy("resnet152-sweep-1", "resnet152", SimulatedGpuModel.RTX_3090, 4),
          JobScenario.healthy("resnet152-sweep-2", "resnet152", SimulatedGpuModel.RTX_3090, 4),
          JobScenario.healthy("googlenet-sweep", "googlenet", SimulatedGpuModel.RTX_3090, 4),
          new JobScenario(
              "resnet152-sweep-3",
              "resnet152",
              SimulatedGpuModel.RTX_3090,
              4,
              new Waits(WAITS.toSeconds()),
              WAITS,
              Duration.ofSeconds(90),
              "waits for its data on a GPU where it will not fit; GpuOverCommitted after 5 minutes"),
          JobScenario.endless(
              "gpt2-fsdp",
              "gpt2",
              SimulatedGpuModel.A100,
              8,
              HEALTHY,
              "8 ranks on one host, each with an eighth of the model; healthy"),
          JobScenario.endless(
              "resnet101-ddp",
              "resnet101",
              SimulatedGpuModel.V100,
              6,
              HEALTHY,
              "4 ranks on two hosts, each with the whole model; healthy"));

  private DemoWorkload() {}
}

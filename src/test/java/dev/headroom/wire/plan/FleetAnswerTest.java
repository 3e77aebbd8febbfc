package dev.headroom.wire.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.gpu.CudaDevice;
import dev.headroom.gpu.GpuModel;
import dev.headroom.memory.MemorySize;
import dev.headroom.plan.GoldenConfigs;
import dev.headroom.plan.fleet.Fleet;
import dev.headroom.plan.fleet.FleetGpu;
import dev.headroom.plan.fleet.FleetNode;
import dev.headroom.plan.fleet.GpuPartition;
import dev.headroom.plan.fleet.JobRequest;
import dev.headroom.plan.placement.FleetPlan;
import dev.headroom.plan.placement.LeftOver;
import dev.headroom.plan.placement.PlacedRank;
import dev.headroom.plan.placement.PlacedRun;
import dev.headroom.plan.placement.Workload;
import dev.headroom.wire.plan.FleetAnswer.LeftAnswer;
import dev.headroom.wire.plan.FleetAnswer.ModelAnswer;
import dev.headroom.wire.plan.FleetAnswer.RankAnswer;
import dev.headroom.wire.plan.FleetAnswer.RunAnswer;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FleetAnswerTest {

  private static final GpuModel LARGE = gpu("large");
  private static final GpuModel SMALL = gpu("small");
  private static final Fleet FLEET =
      new Fleet(
          List.of(
              new FleetNode("a", Collections.nCopies(2, idle(LARGE))),
              new FleetNode("b", List.of(idle(LARGE), idle(SMALL)))));
  private static final Workload JOB =
      new Workload(
          new JobRequest("j", GoldenConfigs.of("resnet18"), 3, 2, true),
          Map.of(),
          Optional.empty());

  @Test
  void aPlanIsToldRunByRun() {
    // Given two runs that share a GPU
    var first = new PlacedRank("a", 0, CudaDevice.whole(LARGE), 7);
    var second = new PlacedRank("a", 1, CudaDevice.whole(LARGE), 8);
    var shared = new PlacedRank("a", 0, CudaDevice.whole(LARGE), 9);
    var plan =
        new FleetPlan(
            List.of(
                new PlacedRun(JOB, 0, List.of(first, second), "fits"),
                new PlacedRun(JOB, 1, List.of(shared), "shares")),
            List.of(new LeftOver(JOB, 1, "no room")),
            2,
            new FleetPlan.Baseline(3, 4),
            1,
            2.5);

    // Then
    assertThat(FleetAnswer.of(FLEET, plan))
        .isEqualTo(
            new FleetAnswer(
                4,
                2,
                3,
                4,
                1,
                2.5,
                List.of(new ModelAnswer("large", 3, 2), new ModelAnswer("small", 1, 0)),
                List.of(
                    new RunAnswer(
                        "j",
                        0,
                        List.of(
                            new RankAnswer("a", 0, "large", 7), new RankAnswer("a", 1, "large", 8)),
                        "fits"),
                    new RunAnswer("j", 1, List.of(new RankAnswer("a", 0, "large", 9)), "shares")),
                List.of(new LeftAnswer("j", 1, "no room"))));
  }

  @Test
  void aFleetWithoutPricesHasNone() {
    var plan = new FleetPlan(List.of(), List.of(), 0, new FleetPlan.Baseline(0, 0), 0, Double.NaN);
    assertThat(FleetAnswer.of(FLEET, plan).pricePerHour()).isNull();
  }

  private static FleetGpu idle(GpuModel model) {
    return FleetGpu.idle(model, GpuPartition.WHOLE);
  }

  private static GpuModel gpu(String name) {
    var size = new MemorySize(100);
    return new GpuModel(name, size, size, "said", null, null, null);
  }
}

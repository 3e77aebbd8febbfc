package dev.headroom.plan.placement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headroom.gpu.CudaDevice;
import dev.headroom.gpu.GpuCatalogue;
import dev.headroom.gpu.GpuModel;
import dev.headroom.gpu.MigGeometry;
import dev.headroom.gpu.MigProfile;
import dev.headroom.memory.MemorySize;
import dev.headroom.plan.fleet.Fleet;
import dev.headroom.plan.fleet.FleetGpu;
import dev.headroom.plan.fleet.FleetNode;
import dev.headroom.plan.fleet.GpuPartition;
import dev.headroom.wire.plan.GpuCatalogueReader;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FleetPlannerTest {

  private static final long SEED = 20_261_126;
  private static final long GIB = 1L << 30;
  private static final GpuCatalogue GPUS = GpuCatalogueReader.own();

  @Test
  void aThousandRandomClustersArePlannedSoundly() {
    // Given
    var gaps = new ArrayList<Double>();
    int better = 0;
    var random = new Random(SEED);
    for (int i = 0; i < 1000; i++) {
      var clusters = new RandomClusters(SEED + i);
      Fleet fleet = clusters.fleet(1 + random.nextInt(24));
      List<Workload> jobs = clusters.jobs(1 + random.nextInt(50), fleet);

      // When
      FleetPlan plan = FleetPlanner.placed(fleet, jobs);

      // Then
      assertSound(plan, fleet, jobs);
      assertThat(plan.leftOver().stream().mapToInt(LeftOver::replicas).sum())
          .as("seed " + (SEED + i))
          .isLessThanOrEqualTo(plan.bestFitDecreasing().leftOver());
      if (plan.bestFitDecreasing().leftOver() == left(plan)) {
        assertThat(plan.gpus()).isLessThanOrEqualTo(plan.bestFitDecreasing().gpus());
      }
      assertThat(plan.atLeast()).isLessThanOrEqualTo(plan.gpus());
      better +=
          left(plan) < plan.bestFitDecreasing().leftOver()
                  || plan.gpus() < plan.bestFitDecreasing().gpus()
              ? 1
              : 0;
      if (plan.gpus() > 0) {
        gaps.add((double) plan.gpus() / plan.atLeast() - 1);
      }
    }
    double[] sorted = gaps.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    assertThat(sorted[sorted.length / 2]).as("median gap").isLessThanOrEqualTo(0.05);
    assertThat(sorted[sorted.length * 3 / 4]).as("third quartile").isLessThanOrEqualTo(0.10);
    assertThat(better).as("better than best-fit decreasing").isGreaterThan(500);
  }

  @Test
  void theSameIsPlannedTwice() {
    // Given
    Fleet fleet = new RandomClusters(7).fleet(20);

    // Then
    assertThat(FleetPlanner.placed(fleet, new RandomClusters(8).jobs(60, fleet)))
        .isEqualTo(FleetPlanner.placed(fleet, new RandomClusters(8).jobs(60, fleet)));
  }

  @Test
  void fiveThousandJobsOnTenThousandGpusTakeSeconds() {
    // Given
    Fleet fleet = new RandomClusters(SEED).wholeGpus(1250);
    List<Workload> jobs = new RandomClusters(SEED + 1).jobs(5000, fleet);

    // When
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    long started = threads.getCurrentThreadCpuTime();
    FleetPlan plan = FleetPlanner.placed(fleet, jobs);
    long millis = (threads.getCurrentThreadCpuTime() - started) / 1_000_000;

    // Then
    assertSound(plan, fleet, jobs);
    assertThat(millis).isLessThan(5000);
  }

  @Test
  void ranksOfOneJobAreSideBySideWhereTheyCanBe() {
    // Given: single jobs come first to mind, and would take a GPU of each node
    Fleet fleet = fleet(node("a", 4, "A100-40GB"), node("b", 4, "A100-40GB"));
    List<Workload> jobs =
        List.of(
            RandomClusters.workload("single", 4, 1, false, 20 * GIB, fleet),
            RandomClusters.workload("four", 1, 4, false, 10 * GIB, fleet));

    // When
    FleetPlan plan = FleetPlanner.placed(fleet, jobs);

    // Then
    assertThat(plan.isComplete()).isTrue();
    PlacedRun four = run(plan, "four");
    assertThat(four.ranks().stream().map(PlacedRank::node).distinct()).hasSize(1);
    assertThat(four.reason()).isEqualTo("all ranks on one node");
  }

  @Test
  void ranksAreSpreadWhereNoNodeHasThemAll() {
    // Given
    Fleet fleet = fleet(node("a", 2, "T4"), node("b", 3, "T4"));

    // When
    FleetPlan plan =
        FleetPlanner.placed(fleet, List.of(RandomClusters.workload("j", 1, 4, false, GIB, fleet)));

    // Then
    assertThat(run(plan, "j").reason()).isEqualTo("on 2 nodes: none has 4 GPUs left for it");
  }

  @Test
  void gpusAreSharedOnlyByJobsThatAskForIt() {
    // Given
    Fleet fleet = fleet(node("a", 3, "A100-40GB"));
    List<Workload> jobs =
        List.of(
            RandomClusters.workload("alone", 1, 1, false, GIB, fleet),
            RandomClusters.workload("s1", 1, 1, true, 19 * GIB, fleet),
            RandomClusters.workload("s2", 1, 1, true, 20 * GIB, fleet),
            RandomClusters.workload("s3", 1, 1, true, GIB, fleet));

    // When
    FleetPlan plan = FleetPlanner.placed(fleet, jobs);

    // Then
    assertThat(plan.gpus()).isEqualTo(3);
    assertThat(plan.atLeast()).isEqualTo(3);
    int alone = run(plan, "alone").ranks().getFirst().gpu();
    assertThat(plan.placed().stream().filter(it -> it.ranks().getFirst().gpu() == alone))
        .hasSize(1);
  }

  @Test
  void aGpuIsDividedAsNvidiaAllowsIt() {
    // Given: a GPU that may be divided at will, and jobs of one, two and three slices
    GpuModel model = GPUS.model("A100-40GB").orElseThrow();
    Fleet fleet =
        new Fleet(
            List.of(
                new FleetNode(
                    "a",
                    Collections.nCopies(
                        2,
                        FleetGpu.idle(
                            model, new GpuPartition.Divisible(model.geometry().orElseThrow()))))));
    List<Workload> jobs =
        List.of(
            RandomClusters.workload("large", 2, 1, false, 15 * GIB, fleet),
            RandomClusters.workload("middle", 2, 1, false, 8 * GIB, fleet),
            RandomClusters.workload("small", 3, 1, false, 4 * GIB, fleet));

    // When
    FleetPlan plan = FleetPlanner.placed(fleet, jobs);

    // Then
    assertThat(plan.isComplete()).isTrue();
    assertThat(plan.gpus()).isEqualTo(2);
    assertSound(plan, fleet, jobs);
  }

  @Test
  void whatIsLeftOverIsExplained() {
    // Given
    Fleet fleet = fleet(node("a", 2, "T4"), node("b", 1, "A100-40GB"));
    List<Workload> jobs =
        List.of(
            RandomClusters.workload("huge", 1, 1, false, 60 * GIB, fleet),
            RandomClusters.workload("many", 5, 1, false, 10 * GIB, fleet),
            RandomClusters.workload("wide", 1, 4, false, 20 * GIB, fleet),
            RandomClusters.workload("pair", 1, 2, false, 12 * GIB, fleet));

    // When
    FleetPlan plan = FleetPlanner.placed(fleet, jobs);

    // Then
    Map<String, String> reasons = new HashMap<>();
    plan.leftOver().forEach(left -> reasons.put(left.workload().job().name(), left.reason()));
    assertThat(reasons.get("huge"))
        .isEqualTo(
            "a rank takes 60.00 GiB at the 95th percentile, the largest here is A100-40GB with"
                + " 39.50 GiB");
    assertThat(reasons.get("many")).isEqualTo("the 3 GPUs that it fits on are taken");
    assertThat(reasons.get("wide")).isEqualTo("it has 4 ranks, which fit on 1 GPUs here");
  }

  @Test
  void gpusThatAreLargeEnoughAndInUseAreNotCalledTooSmall() {
    // Given
    var used =
        new FleetGpu(
            GPUS.model("A100-40GB").orElseThrow(),
            GpuPartition.WHOLE,
            new MemorySize(30 * GIB),
            false);
    Fleet fleet = fleet(new FleetNode("a", Collections.nCopies(2, used)), node("b", 1, "T4"));
    Workload alone = RandomClusters.workload("alone", 1, 1, false, 20 * GIB, fleet);
    Workload full = RandomClusters.workload("full", 1, 1, true, 35 * GIB, fleet);

    // When
    FleetPlan plan = FleetPlanner.placed(fleet, List.of(alone, full));

    // Then
    assertThat(plan.leftOver())
        .extracting(LeftOver::reason)
        .containsExactlyInAnyOrder(
            "a rank takes 20.00 GiB at the 95th percentile, none of the 2 GPUs of that size is free",
            "a rank takes 35.00 GiB at the 95th percentile, none of the 2 GPUs of that size is free");
  }

  @Test
  void aFleetHasSomeGpusAndNotMillions() {
    assertThatThrownBy(() -> new Fleet(List.of())).hasMessageStartingWith("a fleet has 1 to");
    List<FleetNode> nodes = Collections.nCopies(2501, node("a", 8, "T4"));
    assertThatThrownBy(() -> new Fleet(nodes)).hasMessageStartingWith("a fleet has 1 to");
  }

  static void assertSound(FleetPlan plan, Fleet fleet, List<Workload> jobs) {
    Map<String, Integer> runs = new HashMap<>();
    Map<String, Long> held = new HashMap<>();
    Map<String, List<PlacedRun>> on = new HashMap<>();
    Map<String, List<MigProfile>> slices = new HashMap<>();
    Map<String, FleetNode> nodes = new HashMap<>();
    fleet.nodes().forEach(node -> nodes.put(node.name(), node));
    var gpus = new HashSet<String>();
    for (PlacedRun run : plan.placed()) {
      runs.merge(run.workload().job().name(), 1, Integer::sum);
      assertThat(run.ranks()).hasSize(run.workload().job().ranks());
      assertThat(run.ranks().stream().map(rank -> rank.node() + rank.gpu()).distinct())
          .hasSize(run.ranks().size());
      assertThat(run.ranks().stream().map(rank -> rank.device().model()).distinct()).hasSize(1);
      for (PlacedRank rank : run.ranks()) {
        String name = rank.node() + "/" + rank.gpu();
        FleetGpu gpu = gpu(name, nodes);
        gpus.add(name);
        assertThat(rank.device().model()).isEqualTo(gpu.model());
        assertThat(rank.p95()).isLessThanOrEqualTo(rank.device().usable().bytes());
        switch (gpu.partition()) {
          case GpuPartition.Whole _ -> {
            held.merge(name, rank.p95(), Long::sum);
            on.computeIfAbsent(name, _ -> new ArrayList<>()).add(run);
          }
          case GpuPartition.Divided(var instances) -> assertThat(instances).contains(profile(rank));
          case GpuPartition.Divisible _ ->
              slices.computeIfAbsent(name, _ -> new ArrayList<>()).add(profile(rank));
        }
      }
    }
    held.forEach(
        (name, bytes) -> assertThat(bytes).isLessThanOrEqualTo(gpu(name, nodes).free().bytes()));
    on.forEach(
        (name, all) ->
            assertThat(all.size() == 1 || all.stream().allMatch(it -> it.workload().job().shares()))
                .isTrue());
    slices.forEach(
        (name, profiles) ->
            assertThat(geometry(gpu(name, nodes)).allows(profiles))
                .as(profiles.toString())
                .isTrue());
    assertThat(plan.gpus()).isEqualTo(gpus.size());
    for (LeftOver left : plan.leftOver()) {
      assertThat(left.reason()).isNotBlank();
      runs.merge(left.workload().job().name(), left.replicas(), Integer::sum);
    }
    for (Workload job : jobs) {
      assertThat(runs.get(job.job().name())).isEqualTo(job.job().replicas());
    }
  }

  private static MigGeometry geometry(FleetGpu gpu) {
    return gpu.model().geometry().orElseThrow();
  }

  private static FleetGpu gpu(String name, Map<String, FleetNode> nodes) {
    String[] parts = name.split("/", 2);
    return Objects.requireNonNull(nodes.get(parts[0])).gpus().get(Integer.parseInt(parts[1]));
  }

  private static MigProfile profile(PlacedRank rank) {
    CudaDevice device = rank.device();
    MigProfile profile = device.profile();
    if (profile == null) {
      throw new AssertionError("a whole GPU where slices are: " + rank);
    }
    return profile;
  }

  private static int left(FleetPlan plan) {
    return plan.leftOver().stream().mapToInt(LeftOver::replicas).sum();
  }

  private static PlacedRun run(FleetPlan plan, String job) {
    return plan.placed().stream()
        .filter(it -> it.workload().job().name().equals(job))
        .findFirst()
        .orElseThrow();
  }

  private static Fleet fleet(FleetNode... nodes) {
    return new Fleet(Arrays.asList(nodes));
  }

  private static FleetNode node(String name, int gpus, String model) {
    return new FleetNode(
        name,
        Collections.nCopies(
            gpus, FleetGpu.idle(GPUS.model(model).orElseThrow(), GpuPartition.WHOLE)));
  }
}

package dev.headroom.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.network.LayerConfig;
import dev.headroom.sample.DeviceSample;
import dev.headroom.sample.GpuProcess;
import dev.headroom.sample.JobPhase;
import dev.headroom.sample.MemorySample;
import dev.headroom.sample.RunOutcome;
import dev.headroom.sample.SampleSource;
import dev.headroom.simulator.job.GoldenRun;
import dev.headroom.simulator.job.HeldMemory;
import dev.headroom.simulator.job.JobScenario;
import dev.headroom.simulator.job.SimulatedGpuModel;
import dev.headroom.simulator.job.SimulatedJob;
import dev.headroom.simulator.job.SimulatedRank;
import dev.headroom.wire.layerconfig.LayerConfigDecoder;
import dev.headroom.wire.layerconfig.LayerConfigEncoder;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SimulatedClusterTest {

  private static final Instant START = Instant.parse("2026-11-24T08:00:00Z");
  private static final long SEED = 7;
  private static final int JOBS = 20;

  private final SimulatedCluster cluster = SimulatedCluster.of(JOBS, SEED, "");

  @Test
  void has_twelve_networks_on_three_models_of_gpu() {
    assertThat(DemoWorkload.ALL.stream().map(JobScenario::network).distinct())
        .hasSizeGreaterThanOrEqualTo(12);
    assertThat(DemoWorkload.ALL.stream().map(JobScenario::gpu).distinct()).hasSize(3);
  }

  @Test
  void four_jobs_do_not_fit_on_their_gpu_once_the_last_one_trains() {
    // Given
    var sweep = cluster.jobs().stream().filter(job -> job.name().contains("-sweep")).toList();
    // When
    long peaks =
        sweep.stream()
            .map(job -> job.ranks().getFirst().curve())
            .mapToLong(curve -> curve.golden().reservedPeak() + curve.rest())
            .sum();
    // Then
    assertThat(sweep).hasSize(4);
    assertThat(peaks).isGreaterThan(sweep.getFirst().ranks().getFirst().gpu().model().total());
    SimulatedJob last = sweep.getLast();
    assertThat(last.at(last.ranks().getFirst(), 300).phase()).isEqualTo(JobPhase.MODEL_LOADED);
  }

  @Test
  void jobs_that_are_not_like_many_say_what_is_to_be_seen() {
    // When
    List<String> highlights = cluster.highlights(1);
    // Then
    assertThat(highlights)
        .hasSize(9)
        .anyMatch(line -> line.matches("efficientnet-b3-dying +grows .*; ends at 4:\\d\\d, .*"))
        .anyMatch(line -> line.matches("gpt2-fsdp +8 ranks .*; healthy"))
        .noneMatch(line -> line.startsWith("resnet50-healthy"));
    assertThat(highlights.getFirst()).startsWith("resnet50-drifting ").doesNotContain("ends at");
  }

  @Test
  void the_same_seed_says_the_same() {
    assertThat(play(SimulatedCluster.of(JOBS, SEED, ""), 30)).isEqualTo(play(cluster, 30));
    assertThat(play(SimulatedCluster.of(JOBS, SEED + 1, ""), 30)).isNotEqualTo(play(cluster, 30));
  }

  @Test
  void clusters_of_two_prefixes_have_no_name_in_common() {
    // When
    SimulatedCluster other = SimulatedCluster.of(JOBS, SEED + 1, "sim-8-");
    // Then
    assertThat(names(other))
        .hasSize(names(cluster).size())
        .doesNotContainAnyElementsOf(names(cluster));
  }

  private static Set<String> names(SimulatedCluster cluster) {
    return cluster.jobs().stream()
        .flatMap(
            job ->
                Stream.concat(
                    Stream.of(job.name()),
                    job.ranks().stream()
                        .map(SimulatedRank::gpu)
                        .flatMap(gpu -> Stream.of(gpu.host(), gpu.uuid()))))
        .collect(Collectors.toSet());
  }

  @Test
  void a_healthy_job_peaks_at_its_golden_figures_and_a_drifting_one_a_fifth_above() {
    // Given
    GoldenRun golden = Objects.requireNonNull(GoldenRun.all().get("resnet50"));
    // When
    List<MemorySample> said = play(cluster, 60);
    // Then
    assertThat(peak(said, "resnet50-healthy")).isEqualTo(golden.allocatedPeak());
    assertThat((double) peak(said, "resnet50-drifting") / golden.allocatedPeak())
        .isBetween(1.1999, 1.2001);
  }

  @Test
  void a_dying_job_fills_its_gpu_and_no_gpu_holds_more_than_it_has() {
    // When
    List<MemorySample> said = play(cluster, 300);
    // Then
    MemorySample last =
        said.stream()
            .filter(s -> s.job().equals("efficientnet-b3-dying") && s.phase() == JobPhase.ENDED)
            .findFirst()
            .orElseThrow();
    assertThat(last.outcome()).isEqualTo(RunOutcome.OUT_OF_MEMORY);
    for (double age = 0; age < 300; age += 1) {
      for (DeviceSample gpu : cluster.gpusAt(age, START)) {
        long processes = gpu.processes().stream().mapToLong(SimulatedClusterTest::used).sum();
        assertThat(gpu.used().bytes()).isEqualTo(processes);
        assertThat(processes)
            .isLessThanOrEqualTo(gpu.total().bytes() - SimulatedGpuModel.DRIVER_RESERVED);
      }
    }
  }

  @Test
  void a_job_that_ends_is_replaced_by_a_run_of_another_name() {
    // When
    var runs =
        play(cluster, 240).stream()
            .filter(s -> s.job().equals("shufflenet-replaced"))
            .map(s -> s.run() + (s.phase() == JobPhase.ENDED ? " ended" : ""))
            .distinct()
            .toList();
    // Then
    assertThat(runs).startsWith("1", "1 ended", "2", "2 ended", "3");
  }

  @Test
  void each_registration_can_be_read_as_it_was_written() {
    // When
    List<LayerConfig> begun = cluster.jobsBetween(-1, 10, START, 0, 1).begun();
    // Then
    assertThat(begun).hasSize(JOBS);
    for (LayerConfig config : begun) {
      assertThat(LayerConfigDecoder.read(LayerConfigEncoder.encode(config))).isEqualTo(config);
    }
  }

  @Test
  void what_a_process_holds_beyond_its_segments_is_in_the_range_of_its_gpu() {
    // When
    var rests = new HashMap<SimulatedGpuModel, List<Long>>();
    for (SimulatedJob job : cluster.jobs()) {
      for (SimulatedRank rank : job.ranks()) {
        HeldMemory held = job.at(rank, 20);
        if (held.step() > 0) {
          rests
              .computeIfAbsent(rank.gpu().model(), _ -> new ArrayList<>())
              .add(held.process() - held.reserved());
        }
      }
    }
    rests.forEach(
        (gpu, all) ->
            assertThat(all)
                .allSatisfy(rest -> assertThat(rest).isBetween(gpu.rest(0), gpu.rest(1))));
  }

  @ParameterizedTest
  @CsvSource({"gpt2-fsdp, 8, a100-01", "resnet101-ddp, 4, v100-00 v100-01"})
  void each_rank_has_its_gpu_its_process_and_figures_of_its_own(
      String name, int ranks, String hosts) {
    // When: after the first of them all have begun, between two evaluations
    List<MemorySample> said =
        cluster.jobsBetween(29, 30, START, 0, 1).samples().stream()
            .filter(sample -> sample.job().equals(name))
            .toList();
    List<MemorySample> agent =
        said.stream().filter(sample -> sample.source() == SampleSource.NVML).toList();
    List<GpuProcess> processes =
        cluster.gpusAt(30, START).stream()
            .flatMap(gpu -> gpu.processes().stream())
            .filter(process -> name.equals(process.job()))
            .toList();
    // Then
    assertThat(said).hasSize(2 * ranks);
    assertThat(agent)
        .extracting(MemorySample::rank)
        .containsExactlyElementsOf(IntStream.range(0, ranks).boxed().toList());
    assertThat(agent).extracting(MemorySample::gpu).doesNotHaveDuplicates();
    assertThat(agent).extracting(MemorySample::pid).doesNotHaveDuplicates();
    assertThat(agent).extracting(it -> it.sizes().processUsed()).doesNotHaveDuplicates();
    assertThat(agent.stream().map(MemorySample::host).distinct()).containsExactly(hosts.split(" "));
    assertThat(processes)
        .extracting(GpuProcess::pid)
        .containsExactlyInAnyOrderElementsOf(agent.stream().map(MemorySample::pid).toList());
  }

  private static long used(GpuProcess process) {
    var used = process.used();
    return used == null ? 0 : used.bytes();
  }

  private static long peak(List<MemorySample> said, String job) {
    return said.stream()
        .filter(sample -> sample.job().equals(job) && sample.source() == SampleSource.FRAMEWORK)
        .map(sample -> sample.sizes().allocated())
        .filter(size -> size != null)
        .mapToLong(size -> size.bytes())
        .max()
        .orElseThrow();
  }

  /// What a cluster says in so many seconds, once a second.
  private static List<MemorySample> play(SimulatedCluster cluster, int seconds) {
    var said = new ArrayList<MemorySample>();
    for (int second = 0; second < seconds; second++) {
      said.addAll(
          cluster.jobsBetween(second - 1, second, START.plusSeconds(second), 0, 1).samples());
    }
    return said;
  }
}

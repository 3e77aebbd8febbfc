package dev.headroom.ledger.headroom;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.ledger.Snapshot;
import dev.headroom.ledger.state.JobState;
import dev.headroom.ledger.state.Placement;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Random clusters whose truth is known: jobs, ranks, data loaders, containers, moves, silences,
/// sources and reserves. What the ledger folds of their samples is that truth, exactly where
/// everything is told and within the stated range where not.
class ClusterTruthTest {

  private static final int CLUSTERS = 10_000;

  static List<Long> seeds() {
    String given = System.getProperty("headroom.seed");
    return List.of(given == null ? System.nanoTime() : Long.parseLong(given));
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void everyClusterFoldsToTheTruthThatMadeIt(long seed) {
    System.out.println("seed " + seed + " (-Dheadroom.seed=" + seed + ")");
    var random = new Random(seed);
    int ranges = 0;
    int alarms = 0;
    int jobs = 0;
    for (int i = 0; i < CLUSTERS; i++) {
      // Given
      var cluster = new TrueCluster(random, "cluster " + i + " of seed " + seed);

      // When
      Snapshot snapshot = cluster.fold(cluster.events);
      Map<String, GpuHeadroom> folded = GpuHeadroom.of(snapshot);
      Snapshot replayed = cluster.fold(cluster.inAnotherOrder());
      Map<String, GpuHeadroom> shuffled = GpuHeadroom.of(replayed);

      // Then
      assertThat(states(replayed)).as(cluster.name).isEqualTo(states(snapshot));
      for (TrueGpu gpu : cluster.gpus) {
        GpuHeadroom is = Objects.requireNonNull(folded.get(gpu.name));
        GpuHeadroom again = Objects.requireNonNull(shuffled.get(gpu.name));
        gpu.verify(is, cluster.name);
        assertThat(again.headroom()).as(cluster.name).isEqualTo(is.headroom());
        assertThat(again.atMost()).as(cluster.name).isEqualTo(is.atMost());
        assertThat(again.unattributed()).as(cluster.name).isEqualTo(is.unattributed());
        ranges += gpu.isTold ? 0 : 1;
      }
      alarms += cluster.verifyAlarms(snapshot, folded);
      jobs += snapshot.jobs().size();
    }
    // Most jobs and GPUs are well, and raise nothing; some are not, and are told.
    assertThat(alarms).isBetween(CLUSTERS / 50, jobs / 2);
    assertThat(ranges).isBetween(CLUSTERS / 20, CLUSTERS * 2);
  }

  /// Where a job is, in no order. A place that ended or fell silent stays in the list until another
  /// process of its rank comes there, and counts in nothing.
  private static Set<Placement> live(JobState job) {
    long newest = Placement.newest(job.placements());
    return job.placements().stream()
        .filter(placement -> !placement.hasEnded() && !placement.isSilentAt(newest))
        .collect(Collectors.toSet());
  }

  /// All that a ledger knows of its jobs and GPUs.
  private static Map<String, Object> states(Snapshot snapshot) {
    Map<String, Object> states = new TreeMap<>();
    snapshot
        .jobs()
        .forEach(
            job ->
                states.put(
                    job.job(),
                    List.of(
                        live(job),
                        job.peaks(),
                        job.tally(),
                        Objects.toString(job.run()),
                        Objects.toString(job.firstSample()),
                        Objects.toString(job.lastSample()),
                        Objects.toString(job.endedAt()),
                        snapshot.condition(job))));
    snapshot.gpus().forEach(gpu -> states.put(gpu.sample().gpu(), gpu));
    states.put("conflicts", snapshot.conflicts());
    return states;
  }
}

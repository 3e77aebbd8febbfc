package dev.headroom.ledger.headroom;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.headroom.ledger.SnapshotBuilder;
import dev.headroom.ledger.headroom.GpuHeadroom.Share;
import dev.headroom.memory.MemorySize;
import dev.headroom.sample.GpuProcess;
import dev.headroom.sample.JobPhase;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// What a GPU has left, as the formulas of [GpuHeadroom] say. A registered job is predicted to
/// need 2800 bytes.
class GpuHeadroomTest extends ReportedCluster {

  @Test
  void eachProcessCountsWithTheMostOfPredictedPeakAndNow() {
    // Given: predicted 2800, peak 700, now 500; and one without a budget, peak 900, now 400
    registered("budget");
    cluster.with(agent("budget", "GPU-0", 1, 1, 700).rank(0).build(), 1);
    cluster.with(agent("budget", "GPU-0", 2, 1, 500).rank(0).build(), 2);
    cluster.with(agent("none", "GPU-0", 1, 2, 900).rank(0).build(), 1);
    cluster.with(agent("none", "GPU-0", 2, 2, 400).rank(0).build(), 2);
    device("GPU-0", 10_000, 1000, size(300));

    // Then
    GpuHeadroom gpu = on("GPU-0");
    assertThat(gpu.unattributed()).isEqualTo(size(100));
    assertThat(gpu.headroom()).isEqualTo(10_000 - 300 - (2800 + 900) - 100);
    assertThat(gpu.atMost()).isEqualTo(gpu.headroom());
    assertThat(gpu.committed()).isEqualTo(2800 + 900 + 100);
    assertThat(gpu.shares())
        .extracting(it -> it.job().job(), Share::held, Share::expected, Share::isCharged)
        .containsExactlyInAnyOrder(
            tuple("budget", 500L, size(2800), true), tuple("none", 400L, size(900), true));
  }

  @Test
  void theJobsPeaksMayNotFitTogether() {
    registered("a");
    registered("b");
    cluster.with(agent("a", "GPU-0", 1, 1, 10).rank(0).build(), 1);
    cluster.with(agent("b", "GPU-0", 1, 2, 10).rank(0).build(), 1);
    device("GPU-0", 5000, 20, null);
    assertThat(on("GPU-0").headroom()).isEqualTo(-600);
  }

  @Test
  void thePredictionIsOfTheRanksOwnProcessAndAtItsHome() {
    // Given a rank with a data loader, and a context on another GPU
    registered("a");
    cluster.with(agent("a", "GPU-0", 1, 1, 1000).rank(0).build(), 1);
    cluster.with(agent("a", "GPU-0", 1, 2, 200).rank(0).build(), 1);
    cluster.with(agent("a", "GPU-1", 1, 1, 50).rank(0).build(), 1);
    cluster.with(agent("a", "GPU-2", 1, 1, 0).rank(0).build(), 1);
    for (String gpu : List.of("GPU-0", "GPU-1", "GPU-2")) {
      device(gpu, 10_000, 1200, null);
    }

    // Then
    assertThat(on("GPU-0").headroom()).isEqualTo(10_000 - 2800 - 200);
    assertThat(on("GPU-1").headroom()).isEqualTo(10_000 - 50 - 1150);
    assertThat(on("GPU-2").shares()).isEmpty();
  }

  @Test
  void whatEndedIsNoLongerThere() {
    // Given
    for (String job : List.of("ended", "goes-on")) {
      registered(job);
      for (int rank = 0; rank < 2; rank++) {
        cluster.with(agent(job, "GPU-" + rank, 1, 1 + rank, 100).rank(rank).build(), 1);
      }
    }
    end("ended", 0);
    end("ended", 1);
    end("goes-on", 0);
    device("GPU-0", 10_000, 0, null, new GpuProcess(1, size(5), "ended", 0));
    device("GPU-1", 10_000, 100, null);

    // Then
    assertThat(on("GPU-0").shares()).isEmpty();
    assertThat(on("GPU-1").shares()).extracting(it -> it.job().job()).containsExactly("goes-on");
  }

  @Test
  void aProcessThatOnlyTheDeviceListsIsItsJobs() {
    // Given: a job without a sample, one with a place elsewhere, and one that is not known
    registered("new");
    registered("elsewhere");
    cluster.with(agent("elsewhere", "GPU-1", 1, 9, 100).rank(0).build(), 1);
    device(
        "GPU-0",
        10_000,
        1000,
        null,
        new GpuProcess(1, size(300), "new", 0),
        new GpuProcess(2, size(200), "elsewhere", 0),
        new GpuProcess(3, size(70), "unknown", 0),
        new GpuProcess(4, size(30), "new", 0));

    // Then: a prediction counts once, and elsewhere not at all
    assertThat(on("GPU-0").unattributed()).isEqualTo(size(470));
    assertThat(on("GPU-0").headroom()).isEqualTo(10_000 - (2800 + 200 + 30) - 470);
  }

  @Test
  void ofAProcessThatIsOnlyListedNobodyMayKnowTheSize() {
    registered("a");
    cluster.with(agent("b", "GPU-0", 1, 9, 100).rank(0).build(), 1);
    device(
        "GPU-0",
        10_000,
        1000,
        null,
        new GpuProcess(1, null, "a", 0),
        new GpuProcess(9, size(100), "b", 0));
    assertThat(on("GPU-0").shares())
        .extracting(it -> it.job().job(), Share::measured, Share::isCharged)
        .containsExactlyInAnyOrder(
            tuple("a", Optional.empty(), false), tuple("b", Optional.of(size(100)), true));
  }

  @Test
  void theDeviceSaysWhatAProcessHoldsWhereItsOwnSamplesDoNot() {
    // Given a reporter's word, 400 reserved, of a process that the driver charges with 600
    registered("a");
    cluster.with(SnapshotBuilder.sample("a", "GPU-0", 1).reserved(size(400)).build(), 1);
    device(
        "GPU-0",
        10_000,
        1000,
        null,
        new GpuProcess(4710, size(1), null, null),
        new GpuProcess(4711, size(600), "a", 0));

    // Then
    assertThat(on("GPU-0").unattributed()).isEqualTo(size(400));
    assertThat(on("GPU-0").atMost()).isEqualTo(on("GPU-0").headroom());
  }

  @Test
  void whatNobodyIsChargedWithIsTheOnlyProcesss() {
    registered("a");
    cluster.with(SnapshotBuilder.sample("a", "GPU-0", 1).reserved(size(400)).build(), 1);
    device("GPU-0", 10_000, 3000, null, new GpuProcess(4711, null, "a", 0));
    assertThat(on("GPU-0").unattributed()).isEqualTo(MemorySize.ZERO);
    assertThat(on("GPU-0").shares().getFirst().held()).isEqualTo(3000);
    assertThat(on("GPU-0").headroom()).isEqualTo(7000);
    assertThat(on("GPU-0").atMost()).isEqualTo(7000);
  }

  @Test
  void whatSeveralMayHoldIsARange() {
    // Given: 3000 used, 400 of it known; the job may grow by 2400 into what is nobody's so far
    registered("a");
    cluster.with(SnapshotBuilder.sample("a", "GPU-0", 1).reserved(size(400)).build(), 1);
    device(
        "GPU-0",
        10_000,
        3000,
        null,
        new GpuProcess(4711, null, "a", 0),
        new GpuProcess(1, null, null, null));

    // Then
    assertThat(on("GPU-0").unattributed()).isEqualTo(size(2600));
    assertThat(on("GPU-0").headroom()).isEqualTo(10_000 - 2800 - 2600);
    assertThat(on("GPU-0").atMost()).isEqualTo(10_000 - 2800 - 200);

    // When all that is nobody's may be the job's
    device(
        "GPU-1",
        10_000,
        1000,
        null,
        new GpuProcess(4712, null, "a", 0),
        new GpuProcess(1, null, null, null));
    cluster.with(
        SnapshotBuilder.sample("a", "GPU-1", 1).rank(1).pid(4712L).reserved(size(400)).build(), 1);

    // Then
    assertThat(on("GPU-1").atMost()).isEqualTo(10_000 - 2800);
  }

  @Test
  void aProcessAboveItsDeviceLeavesNothingNegative() {
    cluster.with(agent("a", "GPU-0", 1, 1, 700).rank(0).build(), 1);
    device("GPU-0", 1000, 600, null);
    assertThat(on("GPU-0").unattributed()).isEqualTo(MemorySize.ZERO);
    assertThat(on("GPU-0").headroom()).isEqualTo(300);
  }

  @Test
  void ofAJobThatPreallocatesWhatItHoldsCounts() {
    long predicted = register("jax", "jax", 64);
    cluster.with(agent("jax", "GPU-0", 1, 1, 100).rank(0).build(), 1);
    device("GPU-0", predicted, 100, null);
    assertThat(on("GPU-0").headroom()).isEqualTo(predicted - 100);
  }

  private void registered(String job) {
    cluster.with(SnapshotBuilder.config(job, "m"), 0);
  }

  private void end(String job, int rank) {
    cluster.with(
        agent(job, "GPU-" + rank, 2, 1 + rank, 100).rank(rank).phase(JobPhase.ENDED).build(), 2);
  }

  private static MemorySize size(long bytes) {
    return new MemorySize(bytes);
  }
}

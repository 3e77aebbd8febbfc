package dev.headroom.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.ledger.condition.JobStatus;
import dev.headroom.ledger.event.DeviceSampled;
import dev.headroom.ledger.event.MemorySampled;
import dev.headroom.ledger.state.GpuState;
import dev.headroom.ledger.state.JobState;
import dev.headroom.memory.MemorySize;
import dev.headroom.sample.DeviceSample;
import dev.headroom.sample.GpuProcess;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SnapshotTest {

  private static final Instant NOW = SnapshotBuilder.START.plusSeconds(2);

  private final SnapshotBuilder builder =
      new SnapshotBuilder()
          .with(SnapshotBuilder.config("ours", "m"), 0, 0)
          .with(sampled("ours"), 0, 1)
          .with(sampled("theirs"), 7, 1)
          .with(SnapshotBuilder.gpu("GPU-ours", 2, 100), 0, 2)
          .with(SnapshotBuilder.gpu("GPU-theirs", 2, 100), 7, 2);
  private final Snapshot snapshot = builder.snapshot();

  @Test
  void nothingIsKnownAtFirst() {
    Snapshot empty = Snapshot.empty(LedgerLimits.DEFAULT);
    assertThat(empty.jobs().size()).isZero();
    assertThat(empty.gpus().size()).isZero();
    assertThat(empty.registrations().size()).isZero();
    assertThat(empty.layers()).isZero();
    assertThat(empty.conflicts()).isZero();
    assertThat(empty.owned()).isEmpty();
    assertThat(empty.limits()).isEqualTo(LedgerLimits.DEFAULT);
    assertThat(empty.at()).isEqualTo(Instant.EPOCH);
  }

  @Test
  void jobsAndGpusOfOwnedPartitionsAreOurs() {
    assertThat(snapshot.owns(job("ours"))).isTrue();
    assertThat(snapshot.owns(job("theirs"))).isFalse();
    assertThat(snapshot.owns(gpu("GPU-ours"))).isTrue();
    assertThat(snapshot.owns(gpu("GPU-theirs"))).isFalse();
  }

  @Test
  void aJobIsJudgedAsOfTheSnapshotsTime() {
    // Given
    Instant last = job("ours").seenAt().plus(LedgerLimits.DEFAULT.silent());

    // Then
    assertThat(snapshot.condition(job("ours")).status()).isEqualTo(JobStatus.WITHIN_BUDGET);
    assertThat(at(last).condition(job("ours")).status()).isEqualTo(JobStatus.WITHIN_BUDGET);
    assertThat(at(last.plusNanos(1)).condition(job("ours")).status()).isEqualTo(JobStatus.SILENT);
  }

  @Test
  void aJobIsJudgedByTheGpusOfTheSnapshot() {
    // Given
    DeviceSample plain = gpu("GPU-ours").sample();
    var listing =
        new DeviceSample(
            plain.gpu(),
            plain.host(),
            NOW.plusSeconds(1),
            plain.total(),
            plain.used(),
            plain.index(),
            plain.model(),
            plain.driver(),
            null,
            null,
            null,
            List.of(new GpuProcess(4711, plain.used(), "ours", 0)));
    Snapshot listed = builder.with(new DeviceSampled(listing), 3).snapshot();

    // Then
    assertThat(listed.evidence(job("ours")).device()).contains(plain.used());
    assertThat(snapshot.evidence(job("ours")).device()).isEmpty();
  }

  @Test
  void allElseStaysWhereSomethingChanges() {
    // Given
    PersistentMap<JobState> jobs = PersistentMap.empty();
    PersistentMap<GpuState> gpus = PersistentMap.empty();
    Instant later = NOW.plusSeconds(1);
    var owned = new HashSet<>(Set.of(3));

    // When
    Snapshot others = snapshot.with(jobs, gpus, later);
    Snapshot moved = snapshot.with(jobs, owned, later);
    owned.clear();

    // Then
    assertThat(others.jobs()).isSameAs(jobs);
    assertThat(others.gpus()).isSameAs(gpus);
    assertThat(moved.jobs()).isSameAs(jobs);
    assertThat(moved.owned()).containsExactly(3);
    assertThat(others.at()).isEqualTo(later);
    assertThat(moved.at()).isEqualTo(later);
    assertThat(others)
        .usingRecursiveComparison()
        .ignoringFields("jobs", "gpus", "at")
        .isEqualTo(snapshot);
    assertThat(moved)
        .usingRecursiveComparison()
        .ignoringFields("jobs", "owned", "at")
        .isEqualTo(snapshot);
  }

  private static MemorySampled sampled(String job) {
    return new MemorySampled(
        SnapshotBuilder.sample(job, "GPU-ours", 1).allocated(new MemorySize(1)).build());
  }

  private Snapshot at(Instant time) {
    return snapshot.with(snapshot.jobs(), snapshot.gpus(), time);
  }

  private JobState job(String name) {
    return Objects.requireNonNull(snapshot.jobs().get(name));
  }

  private GpuState gpu(String name) {
    return Objects.requireNonNull(snapshot.gpus().get(name));
  }
}

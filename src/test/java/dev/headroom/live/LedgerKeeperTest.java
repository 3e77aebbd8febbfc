package dev.headroom.live;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.ledger.Arrival;
import dev.headroom.ledger.LedgerLimits;
import dev.headroom.ledger.Outcome;
import dev.headroom.ledger.Snapshot;
import dev.headroom.ledger.SnapshotBuilder;
import dev.headroom.ledger.Verdict;
import dev.headroom.ledger.event.MemorySampled;
import dev.headroom.ledger.state.JobState;
import dev.headroom.memory.MemorySize;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class LedgerKeeperTest {

  @Test
  void aFoldReplacesTheSnapshotAndSaysWhatBecameOfEachArrival() {
    // Given
    var keeper = new LedgerKeeper(LedgerLimits.DEFAULT);
    Snapshot before = keeper.snapshot();

    // When
    List<Outcome> outcomes =
        keeper.fold(List.of(sampled("a", 1), sampled("a", 1)), SnapshotBuilder.START);

    // Then
    assertThat(outcomes)
        .containsExactly(
            new Outcome.Judged(Verdict.APPLIED), new Outcome.Judged(Verdict.DUPLICATE));
    assertThat(keeper.snapshot().jobs().get("a")).isNotNull();
    assertThat(keeper.snapshot().limits()).isEqualTo(LedgerLimits.DEFAULT);
    assertThat(before.jobs().size()).isZero();
  }

  @Test
  void foldsOfManyThreadsFollowOneAnother() throws Exception {
    // Given
    int threads = 4;
    int samples = 500;
    var keeper = new LedgerKeeper(LedgerLimits.DEFAULT);

    // When
    try (var pool = Executors.newFixedThreadPool(threads)) {
      var tasks = new ArrayList<Callable<Boolean>>();
      for (int thread = 0; thread < threads; thread++) {
        String job = "job-" + thread;
        tasks.add(
            () -> {
              for (int i = 0; i < samples; i++) {
                var _ = keeper.fold(List.of(sampled(job, i)), SnapshotBuilder.START.plusSeconds(i));
              }
              return true;
            });
      }
      for (Future<Boolean> done : pool.invokeAll(tasks)) {
        assertThat(done.get()).isTrue();
      }
    }

    // Then
    for (int thread = 0; thread < threads; thread++) {
      JobState job = Objects.requireNonNull(keeper.snapshot().jobs().get("job-" + thread));
      assertThat(job.tally().applied()).isEqualTo(samples);
    }
  }

  private static Arrival sampled(String job, long second) {
    return new Arrival.Received(
        new MemorySampled(
            SnapshotBuilder.sample(job, "GPU-1", second).reserved(new MemorySize(1)).build()),
        0);
  }
}

package dev.headroom.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.headroom.ledger.Snapshot;
import dev.headroom.ledger.SnapshotBuilder;
import dev.headroom.live.LedgerKeeper;
import dev.headroom.memory.MemorySize;
import dev.headroom.sample.JobPhase;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/// Its thread, ten times faster than in the monitor.
class HistoryRecorderTest {

  private static final HistorySettings SETTINGS =
      new HistoryBounds(Duration.ofMillis(200), 10, 10, Duration.ofDays(3650));

  private final JobHistories histories = new JobHistories(SETTINGS);
  private final EndedRuns ended = new EndedRuns(SETTINGS);

  /// A keeper whose first look fails.
  private static final class Failing extends LedgerKeeper {

    private final AtomicInteger looks = new AtomicInteger();

    private Failing(Snapshot snapshot) {
      super(snapshot);
    }

    @Override
    public Snapshot snapshot() {
      if (looks.incrementAndGet() == 1) {
        throw new IllegalStateException("a bug");
      }
      return super.snapshot();
    }
  }

  @Test
  void everyPeriodItLooksAtTheJobsThoughALookFailed() {
    // Given a job that goes on and one that ended
    var ledger = new SnapshotBuilder();
    for (String job : new String[] {"goes-on", "ended"}) {
      ledger.with(
          SnapshotBuilder.sample(job, "GPU-1", 0)
              .phase(job.equals("ended") ? JobPhase.ENDED : JobPhase.FORWARD)
              .allocated(new MemorySize(1))
              .build(),
          0);
    }
    var keeper = new Failing(ledger.snapshot());
    var recorder = new HistoryRecorder(keeper, histories, ended, SETTINGS);

    // When
    long start = System.nanoTime();
    recorder.start(new StartupEvent());
    await().atMost(Duration.ofSeconds(30)).until(() -> ended.size() == 1);

    // Then
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(390));
    assertThat(histories.events("goes-on")).isNotEmpty();
    assertThat(ended.newestFirst().getFirst().state().job()).isEqualTo("ended");

    // When it is stopped, it looks no more
    recorder.stop(new ShutdownEvent());
    int looks = keeper.looks.get();
    await()
        .during(Duration.ofMillis(500))
        .atMost(Duration.ofSeconds(5))
        .until(() -> keeper.looks.get() <= looks + 1);
  }
}

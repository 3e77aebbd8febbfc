package dev.headroom.api.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.headroom.api.roster.Rosters;
import dev.headroom.api.watch.HeaderWatch;
import dev.headroom.api.watch.WatchSources;
import dev.headroom.api.watch.WatchedView;
import dev.headroom.history.EndedRuns;
import dev.headroom.history.HistoryBounds;
import dev.headroom.history.JobHistories;
import dev.headroom.ledger.LedgerLimits;
import dev.headroom.live.LedgerKeeper;
import dev.headroom.status.IngestStatus;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Its one thread: who comes is told at once, and each second what changed.
class EventTickerTest {

  private final IngestStatus status = new IngestStatus();
  private final EventTicker ticker =
      new EventTicker(
          new ObjectMapper().registerModule(new JavaTimeModule()),
          new Rosters(new LedgerKeeper(LedgerLimits.DEFAULT)),
          new JobHistories(HistoryBounds.of(1, 1)),
          new EndedRuns(HistoryBounds.of(1, 1)),
          status);

  private static final class Client implements EventHub.Subscriber {

    private final List<String> got = new CopyOnWriteArrayList<>();

    @Override
    public boolean isReady() {
      return true;
    }

    @Override
    public void send(String event, String data) {
      got.add(event + " " + data);
    }
  }

  /// A view that cannot be made.
  private record Broken() implements WatchedView {

    @Override
    public Object document(WatchSources sources) {
      throw new IllegalStateException("a bug");
    }
  }

  @AfterEach
  void stop() {
    ticker.stop(new ShutdownEvent());
  }

  @Test
  void whoComesIsToldAtOnceAndThenWhatChanges() {
    // Given
    var client = new Client();
    var gone = new Client();
    status.recordProblem("kafka", "the broker is away");
    ticker.start(new StartupEvent());

    // When
    ticker.subscribe(new Broken(), new Client());
    ticker.subscribe(new HeaderWatch(), client);
    ticker.subscribe(new HeaderWatch(), gone);
    until(() -> gone.got.size() == 1);

    // Then
    assertThat(client.got.getFirst()).startsWith("state ").contains("the broker is away");

    // When it changes, and one has left
    ticker.unsubscribe(new HeaderWatch(), gone);
    status.clearProblem("kafka");

    // Then
    until(() -> client.got.stream().anyMatch(it -> it.startsWith("delta ")));
    assertThat(gone.got).hasSize(1);
    ticker.stop(new ShutdownEvent());
    ticker.unsubscribe(new HeaderWatch(), client);
  }

  private static void until(BooleanSupplier condition) {
    await().atMost(Duration.ofSeconds(30)).until(condition::getAsBoolean);
  }
}

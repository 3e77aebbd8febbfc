package dev.headroom.api.events;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.headroom.api.roster.JobQuery;
import dev.headroom.api.roster.JobRoster;
import dev.headroom.api.watch.HeaderView;
import dev.headroom.api.watch.JobsWatch;
import dev.headroom.api.watch.WatchSources;
import dev.headroom.history.EndedRuns;
import dev.headroom.history.HistoryBounds;
import dev.headroom.history.JobHistories;
import dev.headroom.ledger.SnapshotBuilder;
import dev.headroom.memory.MemorySize;
import dev.headroom.status.IngestStatus;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class EventHubTest {

  private static final Instant NOW = SnapshotBuilder.START.plusSeconds(9);
  private static final JobsWatch ALL =
      new JobsWatch(JobQuery.of(null, null, null, null, null), 0, 50);

  private long second = 3;
  private final EventHub hub =
      new EventHub(
          new ObjectMapper()
              .registerModule(new JavaTimeModule())
              .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
              .setDefaultPropertyInclusion(JsonInclude.Include.NON_NULL)
              .setPropertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE));
  private final SnapshotBuilder cluster =
      new SnapshotBuilder().with(SnapshotBuilder.config("a", "resnet50"), 1);

  /// Takes messages only while it is ready.
  private static final class Client implements EventHub.Subscriber {
    private final List<String> got = new ArrayList<>();
    private boolean ready = true;

    @Override
    public boolean isReady() {
      return ready;
    }

    @Override
    public void send(String event, String data) {
      got.add(event + " " + data);
    }
  }

  @Test
  void theWholeComesFirstAndThenOnlyWhatChanged() {
    // Given
    var client = new Client();
    hub.subscribe(ALL, client, sources(), NOW);
    assertThat(client.got.getFirst())
        .startsWith("state {\"at\":\"2026-11-23T21:00:09Z\",\"state\":{\"header\":{\"ready\":true")
        .contains("\"order\":[\"a\"]")
        .contains("\"model\":\"resnet50\"");

    // When
    measure(2400);
    hub.tick(sources(), NOW);

    // Then
    assertThat(client.got).hasSize(2);
    assertThat(client.got.get(1))
        .startsWith("delta ")
        .contains("\"measured\":{\"allocated_bytes\":2400}")
        .doesNotContain("resnet50")
        .doesNotContain("\"order\"");
  }

  @Test
  void aSlowClientGetsTheWholeInsteadOfABacklog() {
    // Given
    var slow = new Client();
    var quick = new Client();
    hub.subscribe(ALL, slow, sources(), NOW);
    hub.subscribe(ALL, quick, sources(), NOW);
    slow.ready = false;

    // When
    for (int i = 1; i <= 100; i++) {
      measure(2400 + i);
      hub.tick(sources(), NOW);
    }
    slow.ready = true;
    hub.tick(sources(), NOW);

    // Then
    assertThat(quick.got).hasSize(101);
    assertThat(slow.got).hasSize(2);
    assertThat(slow.got.getLast()).startsWith("state ").contains("\"allocated_bytes\":2500");
  }

  @Test
  void aClientThatWasSlowWhileNothingChangedMissedNothing() {
    var client = new Client();
    hub.subscribe(ALL, client, sources(), NOW);
    client.ready = false;
    hub.tick(sources(), NOW);
    client.ready = true;
    hub.tick(sources(), NOW);
    assertThat(client.got).hasSize(1);
  }

  @Test
  void aQuietStreamStillBeats() {
    var client = new Client();
    hub.subscribe(ALL, client, sources(), NOW);
    for (int i = 0; i < 2 * EventHub.QUIET_TICKS; i++) {
      hub.tick(sources(), NOW);
    }
    assertThat(client.got.subList(1, client.got.size()))
        .containsExactly(
            "heartbeat {\"at\":\"2026-11-23T21:00:09Z\"}",
            "heartbeat {\"at\":\"2026-11-23T21:00:09Z\"}");
  }

  @Test
  void equalViewsShareOneDocumentAndTheLastOneTakesItAway() {
    // Given
    var one = new Client();
    var other = new Client();
    var late = new Client();
    hub.subscribe(ALL, one, sources(), NOW);
    hub.subscribe(
        new JobsWatch(JobQuery.of("severity", null, null, null, null), 0, 50),
        other,
        sources(),
        NOW);
    assertThat(hub.views()).isEqualTo(1);

    // When one comes between ticks, it gets what the others have and then the same changes
    measure(2499);
    hub.subscribe(ALL, late, sources(), NOW);
    assertThat(late.got.getFirst()).doesNotContain("2499");
    hub.tick(sources(), NOW);
    assertThat(late.got.getLast()).isEqualTo(one.got.getLast()).contains("2499");

    // Then
    hub.unsubscribe(ALL, one);
    hub.unsubscribe(ALL, other);
    hub.unsubscribe(ALL, late);
    assertThat(hub.isIdle()).isTrue();
  }

  private void measure(long bytes) {
    second++;
    cluster.with(
        SnapshotBuilder.sample("a", "GPU-1", second).allocated(new MemorySize(bytes)).build(),
        second);
  }

  private WatchSources sources() {
    var roster = new JobRoster(cluster.snapshot());
    return new WatchSources(
        HeaderView.of(roster, Optional.empty(), 0),
        roster,
        new JobHistories(HistoryBounds.of(10, 10)),
        new EndedRuns(HistoryBounds.of(10, 10)),
        new IngestStatus());
  }
}

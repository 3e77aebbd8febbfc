package dev.headroom.api.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.headroom.api.roster.Rosters;
import dev.headroom.history.EndedRuns;
import dev.headroom.history.HistoryBounds;
import dev.headroom.history.JobHistories;
import dev.headroom.ledger.LedgerLimits;
import dev.headroom.live.LedgerKeeper;
import dev.headroom.status.IngestStatus;
import io.quarkus.runtime.ShutdownEvent;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.subscription.Cancellable;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.sse.OutboundSseEvent;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jboss.resteasy.reactive.server.jaxrs.SseImpl;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Two clients at a time, of a monitor that knows nothing yet.
class EventsResourceTest {

  private final EventTicker ticker =
      new EventTicker(
          new ObjectMapper().registerModule(new JavaTimeModule()),
          new Rosters(new LedgerKeeper(LedgerLimits.DEFAULT)),
          new JobHistories(HistoryBounds.of(1, 1)),
          new EndedRuns(HistoryBounds.of(1, 1)),
          new IngestStatus());
  private final EventsResource resource = new EventsResource(ticker, () -> 2);
  private final List<OutboundSseEvent> got = new CopyOnWriteArrayList<>();

  @AfterEach
  void stop() {
    ticker.stop(new ShutdownEvent());
  }

  @ParameterizedTest
  @ValueSource(strings = {"jobs", "fleet", "ended", "accuracy", "header"})
  void eachViewBeginsWithItsWholeDocument(String view) {
    Cancellable client = events(view, null, 50).subscribe().with(got::add);
    await().atMost(Duration.ofSeconds(30)).until(() -> got.size() == 1);
    assertThat(got.getFirst().getName()).isEqualTo("state");
    assertThat(got.getFirst().getData().toString())
        .startsWith("{\"at\":\"")
        .contains("\"state\":{");
    client.cancel();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        "gpus | - | 50   | view unknown: gpus (known: jobs, job, fleet, ended, accuracy, header)",
        "job  | - | 50   | the view job needs job",
        "jobs | - | 1001 | limit is not 1 to 1000: 1001",
        "jobs | - | 0    | limit is not 1 to 1000: 0",
      })
  void whatIsNoneIsRefusedAndTakesNoPlace(
      String view, @Nullable String job, int limit, String reason) {
    for (int i = 0; i < 3; i++) {
      WebApplicationException refused =
          catchThrowableOfType(WebApplicationException.class, () -> events(view, job, limit));
      assertThat(refused.getResponse().getStatus()).isEqualTo(400);
      assertThat(refused.getResponse().getEntity().toString()).contains(reason);
    }
  }

  @Test
  void aPlaceIsFreeAgainOnceItsClientHasLeft() {
    // Given
    Cancellable first = events("header", null, 50).subscribe().with(got::add);
    Cancellable second = events("job", "a", 50).subscribe().with(got::add);

    // When
    WebApplicationException full =
        catchThrowableOfType(WebApplicationException.class, () -> events("header", null, 50));

    // Then
    assertThat(full.getResponse().getStatus()).isEqualTo(503);
    assertThat(full.getResponse().getHeaders().getFirst("Retry-After")).isEqualTo(10);
    assertThat(full.getResponse().getEntity().toString())
        .contains("2 pages are open", "headroom.api.event-clients");

    // When
    await().atMost(Duration.ofSeconds(30)).until(() -> got.size() == 2);
    first.cancel();
    first.cancel();

    // Then
    Cancellable third = events("header", null, 50).subscribe().with(got::add);
    assertThat(
            catchThrowableOfType(WebApplicationException.class, () -> events("header", null, 50)))
        .isNotNull();
    await().atMost(Duration.ofSeconds(30)).until(() -> got.size() == 3);
    second.cancel();
    third.cancel();
  }

  private Multi<OutboundSseEvent> events(String view, @Nullable String job, int limit) {
    return resource.events(
        view, null, null, null, null, null, null, job, null, 0, limit, new SseImpl());
  }
}

package dev.headroom.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headroom.gpu.GpuCatalogue;
import dev.headroom.history.EndedRuns;
import dev.headroom.history.HistoryBounds;
import dev.headroom.ledger.LedgerLimits;
import dev.headroom.live.Calibrations;
import dev.headroom.live.LedgerKeeper;
import dev.headroom.live.Predictions;
import dev.headroom.status.IngestStatus;
import dev.headroom.wire.plan.GpuCatalogueReader;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.configuration.ConfigurationException;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// With clients of a broker that is not there.
class IngestLifecycleTest {

  private static final GpuCatalogue GPUS = GpuCatalogueReader.own();

  private final IngestStatus status = new IngestStatus();

  @Test
  void itStartsWithTheMonitorAndStopsWithIt() {
    // Given
    var clients = new KafkaClients(Map.of("bootstrap.servers", "127.0.0.1:1"));
    try (var channels = new PlainChannels(clients)) {
      IngestLifecycle lifecycle = lifecycle(Map.of(), clients, channels);

      // When
      lifecycle.make(new StartupEvent());
      assertThat(status.notReadyReason()).isEmpty();
      lifecycle.start(new StartupEvent());

      // Then
      assertThat(status.notReadyReason().orElse("")).contains("the broker was not reached yet");
      lifecycle.stop(new ShutdownEvent());
      assertThat(Thread.getAllStackTraces().keySet())
          .noneMatch(thread -> thread.getName().equals("headroom-checkpoint"));
    }
  }

  @Test
  void whereItIsSwitchedOffNothingIsRead() {
    var clients = new KafkaClients(Map.of("bootstrap.servers", "127.0.0.1:1"));
    try (var channels = new PlainChannels(clients)) {
      IngestLifecycle lifecycle =
          lifecycle(Map.of("headroom.ingest.enabled", "false"), clients, channels);
      lifecycle.make(new StartupEvent());
      lifecycle.start(new StartupEvent());
      lifecycle.stop(new ShutdownEvent());
      assertThat(status.notReadyReason()).isEmpty();
    }
  }

  @Test
  void aSettingThatClientsDoNotTakeIsSaidWithItsCause() {
    var clients = new KafkaClients(Map.of("bootstrap.servers", "nonsense"));
    var good = new KafkaClients(Map.of("bootstrap.servers", "127.0.0.1:1"));
    try (var channels = new PlainChannels(good)) {
      IngestLifecycle lifecycle = lifecycle(Map.of(), clients, channels);
      assertThatThrownBy(() -> lifecycle.make(new StartupEvent()))
          .isInstanceOf(ConfigurationException.class)
          .hasMessageContaining("HEADROOM_KAFKA")
          .hasMessageContaining("nonsense");
    }
  }

  @Test
  void theLedgersBoundsAreThoseThatAreSet() {
    LedgerLimits limits =
        IngestLifecycle.limits(
            IngestSettingsTest.settings(Map.of("headroom.ingest.max-jobs", "11")));
    assertThat(limits.jobs()).isEqualTo(11);
  }

  private IngestLifecycle lifecycle(
      Map<String, String> set, KafkaClients clients, Channels channels) {
    return new IngestLifecycle(
        IngestSettingsTest.settings(set),
        clients,
        channels,
        new LedgerKeeper(LedgerLimits.DEFAULT),
        status,
        new Calibrations(GPUS, new Predictions()),
        new EndedRuns(HistoryBounds.of(1, 1)));
  }
}

package dev.headroom.ingest;

import dev.headroom.live.LedgerKeeper;
import dev.headroom.live.Predictions;
import dev.headroom.live.Pulse;
import dev.headroom.wire.KafkaSettings;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/// Starts taking records in with the monitor and ends it with it.
@ApplicationScoped
class IngestLifecycle {

  private final IngestSettings settings;
  private final LedgerKeeper keeper;
  private final Pulse pulse;
  private final Predictions predictions;
  private @Nullable Ingest ingest;

  IngestLifecycle(
      IngestSettings settings, LedgerKeeper keeper, Pulse pulse, Predictions predictions) {
    this.settings = settings;
    this.keeper = keeper;
    this.pulse = pulse;
    this.predictions = predictions;
  }

  void start(@Observes StartupEvent event) {
    if (settings.enabled()) {
      var started =
          new Ingest(
              settings,
              KafkaSettings.of(System.getenv(), settings.kafka()),
              keeper,
              pulse,
              predictions,
              InstantSource.system());
      started.start();
      ingest = started;
    }
  }

  void stop(@Observes ShutdownEvent event) {
    if (ingest != null) {
      ingest.close();
    }
  }
}

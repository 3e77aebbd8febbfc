package dev.headroom.ingest;

import dev.headroom.history.EndedRuns;
import dev.headroom.ledger.LedgerLimits;
import dev.headroom.live.Calibrations;
import dev.headroom.live.LedgerKeeper;
import dev.headroom.status.IngestStatus;
import dev.headroom.wire.KafkaSettings;
import dev.headroom.wire.Topics;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.configuration.ConfigurationException;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import jakarta.interceptor.Interceptor;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/// Starts ingestion with the monitor and stops it with it.
@ApplicationScoped
class IngestLifecycle {

  private final IngestSettings settings;
  private final KafkaClients clients;
  private final Channels channels;
  private final LedgerKeeper keeper;
  private final IngestStatus status;
  private final Calibrations calibrations;
  private final EndedRuns ended;
  private @Nullable Ingest ingest;

  IngestLifecycle(
      IngestSettings settings,
      KafkaClients clients,
      Channels channels,
      LedgerKeeper keeper,
      IngestStatus status,
      Calibrations calibrations,
      EndedRuns ended) {
    this.settings = settings;
    this.clients = clients;
    this.channels = channels;
    this.keeper = keeper;
    this.status = status;
    this.calibrations = calibrations;
    this.ended = ended;
  }

  /// The bounds of the one ledger.
  @Produces
  @Singleton
  static LedgerLimits limits(IngestSettings settings) {
    return settings.limits();
  }

  /// What creates every client of Kafka.
  @Produces
  @Singleton
  static KafkaClients clients(IngestSettings settings) {
    return new KafkaClients(KafkaSettings.of(System.getenv(), settings.kafka()));
  }

  /// Before the channels are connected, whose clients would say less of a wrong setting.
  void make(@Observes @Priority(Interceptor.Priority.PLATFORM_BEFORE) StartupEvent event) {
    if (settings.enabled()) {
      ingest = made();
    }
  }

  void start(@Observes StartupEvent event) {
    if (ingest != null) {
      ingest.start();
    }
  }

  /// @throws ConfigurationException if the environment's prefix of topics is none, or if Kafka's
  ///     clients do not accept what it says
  private Ingest made() {
    Optional<String> fault = Topics.fault(System.getenv());
    if (fault.isPresent()) {
      throw new ConfigurationException(fault.get());
    }
    try {
      return new Ingest(
          settings,
          clients,
          channels,
          keeper,
          status,
          calibrations,
          job -> ended.record(job, Instant.now()),
          InstantSource.system());
    } catch (KafkaException e) {
      throw new ConfigurationException(
          "Kafka's clients cannot be made; look at HEADROOM_KAFKA and HEADROOM_KAFKA_…: " + why(e));
    }
  }

  private static String why(Throwable e) {
    Throwable cause = e;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause instanceof KafkaException ? String.valueOf(cause.getMessage()) : cause.toString();
  }

  void stop(@Observes ShutdownEvent event) {
    if (ingest != null) {
      ingest.close();
    }
  }
}

package dev.headroom.metrics;

import dev.headroom.ledger.Snapshot;
import dev.headroom.live.LedgerKeeper;
import dev.headroom.metrics.text.FamilyWriter;
import dev.headroom.metrics.text.PiecewiseGzip;
import dev.headroom.metrics.text.TextFormat;
import dev.headroom.status.IngestStatus;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import jakarta.inject.Singleton;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/// Writes a whole scrape: the ledger's series, the monitor's own, then Micrometer's.
@Singleton
final class Scrape {

  private final LedgerKeeper keeper;
  private final IngestStatus status;
  private final FleetExposition fleet;
  private final PrometheusMeterRegistry registry;
  private final MonitorFamilies.Build build;
  private final Exposition.Options options;

  Scrape(
      LedgerKeeper keeper,
      IngestStatus status,
      FleetExposition fleet,
      PrometheusMeterRegistry registry,
      MetricsSettings settings,
      @ConfigProperty(name = "quarkus.application.version") String version) {
    this.keeper = keeper;
    this.status = status;
    this.fleet = fleet;
    this.registry = registry;
    this.build = new MonitorFamilies.Build(version, settings.revision());
    this.options = new Exposition.Options(settings.maxSeries(), settings.perGpu());
  }

  /// Writes one scrape of the newest snapshot.
  ///
  /// @param names of the only metrics to write; all if it is empty
  void write(OutputStream target, TextFormat format, boolean gzip, Set<String> names) {
    try (OutputStream out = gzip ? new PiecewiseGzip(target) : target) {
      var meters = new ByteArrayOutputStream(1 << 16);
      if (names.isEmpty()) {
        registry.scrape(meters, format.contentType());
      } else {
        registry.scrape(meters, format.contentType(), names);
      }
      byte[] text = meters.toByteArray();
      Predicate<String> wanted = name -> names.isEmpty() || names.contains(name);
      Snapshot snapshot = keeper.snapshot();
      List<FamilyWriter<?>> ofFleet = fleet.lines(snapshot, format, wanted);
      long others = series(text) + ofFleet.stream().mapToLong(FamilyWriter::count).sum();
      new Exposition(snapshot, status, build, options).write(out, format, others, wanted);
      ofFleet.forEach(lines -> lines.writeTo(out));
      out.write(text);
    } catch (IOException e) {
      throw new UncheckedIOException("a scrape could not be written", e);
    }
  }

  /// Lines that are no comments.
  private static long series(byte[] text) {
    long lines = 0;
    boolean atStart = true;
    for (byte b : text) {
      if (atStart && b != '#' && b != '\n') {
        lines++;
      }
      atStart = b == '\n';
    }
    return lines;
  }
}

package dev.headroom.metrics;

import dev.headroom.ledger.Snapshot;
import dev.headroom.metrics.text.TextFormat;
import dev.headroom.status.IngestStatus;
import java.io.ByteArrayOutputStream;

/// What a scrape answers, for tests of other packages.
public final class ScrapedText {

  private static final MonitorFamilies.Build BUILD = new MonitorFamilies.Build("test", "none");

  private ScrapedText() {}

  /// In Prometheus' text format.
  public static byte[] of(Snapshot snapshot, IngestStatus status) {
    var out = new ByteArrayOutputStream();
    new Exposition(snapshot, status, BUILD, new Exposition.Options(1_000_000, false))
        .write(out, TextFormat.TEXT, 0);
    return out.toByteArray();
  }
}

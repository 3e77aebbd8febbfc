package dev.headroom.metrics;

import dev.headroom.ledger.Snapshot;
import dev.headroom.live.Pulse;
import java.io.ByteArrayOutputStream;

/// What a scrape answers, for tests of other packages.
public final class Scraped {

  private static final SelfFamilies.Build BUILD = new SelfFamilies.Build("test", "none");

  private Scraped() {}

  /// In Prometheus' text format.
  public static byte[] of(Snapshot snapshot, Pulse pulse) {
    var out = new ByteArrayOutputStream();
    new Exposition(snapshot, pulse, BUILD, new Exposition.Options(1_000_000, false))
        .write(out, Format.TEXT, 0);
    return out.toByteArray();
  }
}

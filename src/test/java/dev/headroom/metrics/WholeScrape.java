package dev.headroom.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.ledger.Snapshot;
import dev.headroom.ledger.SnapshotBuilder;
import dev.headroom.memory.Category;
import dev.headroom.memory.MemorySize;
import dev.headroom.metrics.text.MetricFamily;
import dev.headroom.metrics.text.TextFormat;
import dev.headroom.status.IngestStatus;
import dev.headroom.status.PredictionRecord;
import dev.headroom.status.RecordOutcome;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// A scrape with a line of nearly each family, as it is and as it should be.
final class WholeScrape {

  static final Exposition.Options OPTIONS = new Exposition.Options(1000, true);
  private static final MonitorFamilies.Build BUILD = new MonitorFamilies.Build("0.1.0", "abc");
  private static final Path EXPECTED = Path.of("src/test/resources/exposition/whole.txt");

  private WholeScrape() {}

  static String expected() {
    try {
      return Files.readString(EXPECTED);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// The lines of some families in a scrape of everything, as they are and as they should be.
  static void assertLinesOf(List<? extends MetricFamily<?>> families) {
    List<String> names = families.stream().map(MetricFamily::name).toList();
    assertThat(names).isNotEmpty();
    assertThat(of(names, text())).isNotEmpty().isEqualTo(of(names, expected()));
  }

  private static List<String> of(List<String> names, String text) {
    return text.lines()
        .filter(
            line ->
                names.contains(
                    line.replaceAll("^# (HELP|TYPE) ", "")
                        .replaceAll("[ {].*", "")
                        .replaceAll("_(bucket|sum|count)$", "")))
        .toList();
  }

  static String text() {
    var status = new IngestStatus();
    status.recordReceived("headroom.memory-samples", 3);
    status.recordOutcome("headroom.memory-samples", RecordOutcome.APPLIED, 2);
    status.recordOutcome("headroom.memory-samples", RecordOutcome.MALFORMED, 1);
    status.recordForwardedDeadLetter();
    status.recordDelays(new long[] {200, 7_200_000}, 2);
    status.recordLag("headroom.memory-samples", 0, 17);
    var group = new PredictionRecord.Group("allocated", "pytorch 2.15", "A100-40GB");
    status.recordPrediction(group, 0.07, true);
    return text(cluster().snapshot(), TextFormat.TEXT, OPTIONS, status);
  }

  /// A job on a GPU, with a prediction and a sample.
  static SnapshotBuilder cluster() {
    return new SnapshotBuilder()
        .with(SnapshotBuilder.gpu("GPU-1", 1, 3500), 1)
        .with(SnapshotBuilder.config("resnet50-7f3a", "a \"b\" \\ c\nd"), 1)
        .with(
            SnapshotBuilder.sample("resnet50-7f3a", "GPU-1", 2)
                .allocated(new MemorySize(2400))
                .reserved(new MemorySize(2400))
                .processUsed(new MemorySize(3000))
                .categories(Map.of(Category.PARAMETERS, new MemorySize(101)))
                .build(),
            3);
  }

  static String text(
      Snapshot snapshot, TextFormat format, Exposition.Options options, IngestStatus status) {
    var out = new ByteArrayOutputStream();
    new Exposition(snapshot, status, BUILD, options).write(out, format, 0);
    return out.toString(StandardCharsets.UTF_8);
  }
}

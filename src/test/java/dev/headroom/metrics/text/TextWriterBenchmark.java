package dev.headroom.metrics.text;

import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricMetadata;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/// A scrape of 200,000 series, 20 families of 10,000 jobs, as text: by our writer, and by
/// client_java's with labels that are kept from scrape to scrape. `RATIONALE.md` has the command
/// and figures.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(
    value = 1,
    jvmArgsAppend = {"-XX:+UseSerialGC", "-Xmx1g"})
public class TextWriterBenchmark {

  private static final int JOBS = 10_000;
  private static final int FAMILIES = 20;

  private final List<MetricFamily<Integer>> families =
      IntStream.range(0, FAMILIES).mapToObj(TextWriterBenchmark::family).toList();
  private final List<RenderedLabels> rendered =
      IntStream.range(0, JOBS)
          .mapToObj(i -> RenderedLabels.subject("training_job", name(i)))
          .toList();
  private final List<Labels> labels =
      IntStream.range(0, JOBS)
          .mapToObj(i -> Labels.of("training_job", name(i), "size", "allocated"))
          .toList();

  @Benchmark
  public OutputStream ours() {
    var lines = new FamilyWriter<>(families, TextFormat.TEXT, _ -> true);
    for (int job = 0; job < JOBS; job++) {
      lines.add(rendered.get(job), job);
    }
    OutputStream out = OutputStream.nullOutputStream();
    lines.writeTo(out);
    return out;
  }

  @Benchmark
  public OutputStream clientJava() throws IOException {
    var snapshots = new ArrayList<GaugeSnapshot>(FAMILIES);
    for (int family = 0; family < FAMILIES; family++) {
      var points = new ArrayList<GaugeDataPointSnapshot>(JOBS);
      for (int job = 0; job < JOBS; job++) {
        points.add(new GaugeDataPointSnapshot(bytes(job), labels.get(job), null));
      }
      var metadata = new MetricMetadata(families.get(family).name(), families.get(family).help());
      snapshots.add(new GaugeSnapshot(metadata, points));
    }
    OutputStream out = OutputStream.nullOutputStream();
    PrometheusTextFormatWriter.create()
        .write(out, new MetricSnapshots(snapshots.toArray(GaugeSnapshot[]::new)));
    return out;
  }

  private static MetricFamily<Integer> family(int number) {
    RenderedLabels size = RenderedLabels.more("size", "allocated");
    return new MetricFamily<>(
        "measured_%c_bytes".formatted('a' + number),
        MetricFamily.Kind.GAUGE,
        "bytes",
        "Bytes of a job.",
        (job, lines) -> lines.add(size, bytes(job)));
  }

  private static long bytes(int job) {
    return 1_000_000_007L * (job + 1);
  }

  private static String name(int job) {
    return "job-%05d".formatted(job);
  }
}

package dev.headroom.cli.load;

import dev.headroom.broker.KafkaBroker;
import dev.headroom.cli.option.OptionRange;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// The command `headroom load`: measures how many samples a second the monitor takes on this
/// machine, and what they cost. It starts a broker and a monitor of its own, and ends by itself.
@Command(
    name = "load",
    description = "Measure the monitor on this machine: throughput, delay, heap, scrapes.",
    mixinStandardHelpOptions = true)
public final class LoadCommand implements Callable<Integer> {

  private static final Duration WARM_UP = Duration.ofSeconds(60);
  private static final int WARM_UP_SCRAPES = 10;
  private static final List<String> ENCODINGS = List.of("identity", "gzip");
  private static final String DELAYS = "headroom_ingest_delay_seconds";

  @Spec private @Nullable CommandSpec spec;

  @Option(
      names = "--samples",
      defaultValue = "5000000",
      description = "Samples in the backlog (default: ${DEFAULT-VALUE}).")
  private long samples;

  @Option(
      names = "--jobs",
      defaultValue = "10000",
      description = "Jobs, of two GPUs each (default: ${DEFAULT-VALUE}).")
  private int jobs;

  @Option(
      names = "--rate",
      defaultValue = "100000",
      description = "Samples a second of the steady load (default: ${DEFAULT-VALUE}).")
  private int rate;

  @Option(
      names = "--seconds",
      defaultValue = "30",
      description = "How long the steady load lasts (default: ${DEFAULT-VALUE}).")
  private int seconds;

  @Option(
      names = "--heap",
      defaultValue = "1g",
      description = "The monitor's heap (default: ${DEFAULT-VALUE}).")
  private String heap = "1g";

  @Option(
      names = "--subscribers",
      defaultValue = "0",
      description =
          "Pages that follow the jobs during the steady load and the scrapes (default: ${DEFAULT-VALUE}).")
  private int subscribers;

  @Option(
      names = "--per-gpu",
      description = "Also expose a series for each job on each GPU, for larger scrapes.")
  private boolean perGpu;

  @Override
  public Integer call() throws IOException, InterruptedException, ExecutionException {
    require(OptionRange.of(spec));
    Path home = Path.of(System.getProperty("headroom.home", "target"));
    Path folder = Files.createTempDirectory("headroom-load");
    var out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
    try (KafkaBroker broker = KafkaBroker.in(home.resolve("broker/lib"), folder, 0)) {
      Runtime.getRuntime()
          .addShutdownHook(new Thread(() -> end(broker, folder), "headroom-load-shutdown"));
      broker.start();
      try (var traffic = new LoadTraffic(broker.address())) {
        traffic.createTopic();
        traffic.samples(samples, jobs);
        double cold = traffic.bareLoop(samples);
        double warm = traffic.bareLoop(samples);
        out.printf("bare poll loop       %,12.0f records/s; %,.0f in a cold JVM%n", warm, cold);
        measure(home, folder, broker.address(), traffic, out);
      }
    } finally {
      delete(folder);
    }
    return 0;
  }

  private void require(OptionRange range) {
    range.require("--samples", samples, 1_000, 1_000_000_000);
    range.require("--jobs", jobs, 1, 1_000_000);
    range.require("--rate", rate, 1, 10_000_000);
    range.require("--seconds", seconds, 1, 3_600);
    range.require("--subscribers", subscribers, 0, 256);
    if (!heap.matches("[1-9][0-9]{0,8}[kKmMgG]?")) {
      throw new ParameterException(
          range.command().commandLine(), "--heap must be a size such as 512m or 1g, not " + heap);
    }
  }

  private void measure(Path home, Path folder, String broker, LoadTraffic traffic, PrintWriter out)
      throws IOException, InterruptedException {
    var settings = new TreeMap<String, String>();
    settings.put("HEADROOM_INGEST_MAX_JOBS", Integer.toString(Math.max(20_000, jobs)));
    settings.put("HEADROOM_METRICS_PER_GPU", Boolean.toString(perGpu));
    settings.put("HEADROOM_METRICS_MAX_SERIES", "2000000");
    try (MonitorUnderLoad monitor =
        MonitorUnderLoad.start(home, broker, heap, folder.resolve("monitor.log"), settings)) {
      MonitorUnderLoad.Backlog backlog = monitor.backlog(samples);
      out.printf(
          "backlog, whole path  %,12.0f samples/s in its second half; %,.0f over all, %.2f µs of"
              + " CPU%n",
          backlog.warmRate(), backlog.rate(), backlog.cpuMicros());
      try (var pages = new EventSubscribers(monitor.address(), subscribers)) {
        steady(monitor, traffic, out);
        heap(monitor, traffic, out);
        scrapes(monitor, traffic, out);
        pages(pages, out);
      }
    }
  }

  private void pages(EventSubscribers pages, PrintWriter out) {
    if (subscribers > 0) {
      EventSubscribers.Told told = pages.told();
      out.printf(
          "pages                %,12d follow, each is told %.2f times and %,.0f bytes a second%n",
          told.open(), told.eventsEach(), told.bytesEach());
    }
  }

  private void steady(MonitorUnderLoad monitor, LoadTraffic traffic, PrintWriter out)
      throws InterruptedException {
    traffic.steadily(rate, jobs, WARM_UP);
    Map<String, Double> delays = monitor.values(DELAYS);
    Duration cpu = monitor.cpu();
    long start = System.nanoTime();
    traffic.steadily(rate, jobs, Duration.ofSeconds(seconds));
    double wall = (System.nanoTime() - start) / 1e9;
    double core = monitor.cpu().minus(cpu).toNanos() / 1e9 / wall;
    out.printf(
        "steady               %,12.0f samples/s, %.0f %% of a core, 99 %% delayed at most %s s%n",
        rate * (double) seconds / wall, 100 * core, percentile(delays, monitor.values(DELAYS)));
  }

  /// The bound of the histogram's bucket that 99 % of what came in between fell into.
  static String percentile(Map<String, Double> before, Map<String, Double> after) {
    String count = DELAYS + "_count";
    double total = after.getOrDefault(count, 0.0) - before.getOrDefault(count, 0.0);
    return after.entrySet().stream()
        .filter(line -> line.getKey().contains("_bucket{"))
        .filter(line -> line.getValue() - before.getOrDefault(line.getKey(), 0.0) >= 0.99 * total)
        .map(line -> line.getKey().replaceAll(".*le=\"([^\"]*)\".*", "$1"))
        .min(Comparator.comparingDouble(LoadCommand::bound))
        .orElse("?");
  }

  private static double bound(String le) {
    return le.equals("+Inf") ? Double.POSITIVE_INFINITY : Double.parseDouble(le);
  }

  private void heap(MonitorUnderLoad monitor, LoadTraffic traffic, PrintWriter out)
      throws IOException, InterruptedException {
    long withJobs = heapAtRest(monitor, traffic);
    int gpus = 2 * jobs;
    traffic.devices(gpus);
    traffic.steadily(rate, jobs, Duration.ofSeconds(5));
    long withGpus = heapAtRest(monitor, traffic);
    out.printf(
        "heap                 %,12d bytes alive with %,d jobs on %,d GPUs%n", withJobs, jobs, gpus);
    out.printf("heap a job           %,12d bytes at most, all else included%n", withJobs / jobs);
    out.printf("heap a GPU           %,12d bytes%n", (withGpus - withJobs) / gpus);
  }

  /// Once all is taken in: what was fetched and still waits is no part of it.
  private static long heapAtRest(MonitorUnderLoad monitor, LoadTraffic traffic)
      throws IOException, InterruptedException {
    monitor.waitFor(traffic.sent());
    return monitor.heap();
  }

  /// At rest, which tells what a scrape costs, and beside the steady load, which tells what the two
  /// do to each other.
  private void scrapes(MonitorUnderLoad monitor, LoadTraffic traffic, PrintWriter out)
      throws IOException, InterruptedException {
    long series = monitor.series();
    for (String encoding : ENCODINGS) {
      monitor.scrapes(WARM_UP_SCRAPES, encoding);
      scrape("at rest, " + encoding, monitor, series, encoding, out);
    }
    var ingest =
        Thread.ofPlatform().start(() -> traffic.steadily(rate, jobs, Duration.ofSeconds(20)));
    long before = monitor.received();
    long start = System.nanoTime();
    for (String encoding : ENCODINGS) {
      scrape(encoding, monitor, series, encoding, out);
    }
    double wall = (System.nanoTime() - start) / 1e9;
    out.printf("ingest beside it     %,12.0f samples/s%n", (monitor.received() - before) / wall);
    ingest.join();
  }

  private static void scrape(
      String how, MonitorUnderLoad monitor, long series, String encoding, PrintWriter out)
      throws IOException {
    List<MonitorUnderLoad.Scrape> all = monitor.scrapes(7, encoding);
    double[] sorted = all.stream().mapToDouble(MonitorUnderLoad.Scrape::seconds).sorted().toArray();
    out.printf(
        "scrape %-18s %,7d series, %,d bytes, median %.3f s, slowest %.3f s%n",
        how, series, all.getLast().bytes(), sorted[sorted.length / 2], sorted[sorted.length - 1]);
  }

  /// Leaves nothing behind where it is told to stop; the monitor ends with us.
  private static void end(KafkaBroker broker, Path folder) {
    broker.kill();
    try {
      delete(folder);
    } catch (IOException _) {
      // The monitor wrote to its log just now.
    }
  }

  private static void delete(Path folder) throws IOException {
    if (Files.notExists(folder)) {
      return;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}

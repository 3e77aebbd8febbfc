package dev.headroom.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.core.ConditionTimeoutException;

/// The monitors of one group, each a process of its own.
final class MonitorGroup implements AutoCloseable {

  private final String broker;
  private final Map<String, String> settings;
  private final List<MonitorProcess> running = new ArrayList<>();
  private int started;

  MonitorGroup(String broker, Map<String, String> settings) {
    this.broker = broker;
    this.settings = Map.copyOf(settings);
  }

  /// Starts one of this build.
  MonitorProcess start() throws IOException {
    return start(System.getProperty("java.class.path"));
  }

  /// @param classPath of the build that it is of
  MonitorProcess start(String classPath) throws IOException {
    started++;
    String name = settings.get("group") + "-" + started;
    var monitor = MonitorProcess.start(name, classPath, broker, "256m", settings);
    running.add(monitor);
    return monitor;
  }

  List<MonitorProcess> running() {
    return List.copyOf(running);
  }

  void gone(MonitorProcess monitor) {
    running.remove(monitor);
  }

  boolean areReady() {
    return running.stream().allMatch(MonitorProcess::isReady);
  }

  /// Every job with its owner's line; those of two owners say so.
  Map<String, String> jobs() {
    var all = new TreeMap<String, String>();
    for (MonitorProcess monitor : running) {
      monitor.jobs().forEach((job, line) -> all.merge(job, line, (a, b) -> a + " and " + b));
    }
    return all;
  }

  /// Waits until every job is told of as it should be, by one monitor.
  ///
  /// @return the samples that are counted so, over all jobs of all monitors
  long await(Map<String, String> expected, Duration timeout) {
    var seen = new AtomicReference<>(jobs());
    try {
      IngestReplica.await(
          "all jobs",
          timeout,
          () -> {
            seen.set(jobs());
            return seen.get().equals(expected);
          });
    } catch (ConditionTimeoutException _) {
      assertThat(seen.get()).as(notReadyReasons()).isEqualTo(expected);
    }
    return seen.get().values().stream().mapToLong(MonitorMain::counted).sum();
  }

  /// Why who is not ready.
  String notReadyReasons() {
    var reasons = new StringBuilder();
    for (MonitorProcess monitor : running) {
      reasons
          .append(monitor.name)
          .append(monitor.isAlive() ? ": " : " has ended: ")
          .append(monitor.notReadyReason())
          .append('\n');
    }
    return reasons.toString();
  }

  @Override
  public void close() {
    running.forEach(MonitorProcess::kill);
    running.clear();
  }
}

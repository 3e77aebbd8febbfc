package dev.headroom.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// Monitors share the jobs of a group, with the settings as they come; one goes, another has them.
class HandoverTest {

  private static final Duration TIMEOUT = Duration.ofSeconds(60);
  private static final Duration AFTER_TERM = Duration.ofSeconds(15);
  private static final Duration AFTER_KILL = Duration.ofSeconds(25);
  private static final String PEAK = "headroom_job_measured_peak_bytes{training_job=\"";

  @Test
  void theOneThatIsLeftHasAllJobsWithTheirPeaks() throws Exception {
    // Given
    try (BrokerFixture cluster = BrokerFixture.started();
        var monitors = new MonitorGroup(cluster.broker.address(), Map.of("group", "handover"))) {
      MonitorProcess first = monitors.start();
      MonitorProcess second = monitors.start();
      IngestReplica.await("ready", TIMEOUT, monitors::areReady);
      var load = new SeededLoad(cluster, 1, "handover", 60, 2000);
      IngestReplica.await("samples", TIMEOUT, () -> cluster.acknowledged.get() > 10_000);
      load.end();
      Map<String, String> expected = load.expected();
      monitors.await(expected, TIMEOUT);
      assertThat(first.jobs()).isNotEmpty();
      assertThat(second.jobs()).isNotEmpty();
      assertThat(owners(monitors))
          .hasSize(60)
          .allSatisfy((_, owners) -> assertThat(owners).hasSize(1));

      // When
      long start = System.nanoTime();
      first.close();
      monitors.gone(first);
      monitors.await(expected, TIMEOUT);

      // Then
      Duration term = Duration.ofNanos(System.nanoTime() - start);
      assertThat(owners(monitors)).hasSize(60);
      System.out.printf("after SIGTERM all jobs were taken over in %d ms%n", term.toMillis());
      assertThat(term).isLessThan(AFTER_TERM);

      // Given
      MonitorProcess third = monitors.start();
      IngestReplica.await("jobs are shared", TIMEOUT, () -> !third.jobs().isEmpty());
      monitors.await(expected, TIMEOUT);
      assertThat(owners(monitors))
          .hasSize(60)
          .allSatisfy((_, owners) -> assertThat(owners).hasSize(1));

      // When
      start = System.nanoTime();
      second.kill();
      monitors.gone(second);
      monitors.await(expected, TIMEOUT);

      // Then
      Duration kill = Duration.ofNanos(System.nanoTime() - start);
      System.out.printf("after kill -9 all jobs were taken over in %d ms%n", kill.toMillis());
      assertThat(owners(monitors)).hasSize(60);
      assertThat(kill).isLessThan(AFTER_KILL);
    }
  }

  /// By whom each job's series are exported.
  private static Map<String, List<String>> owners(MonitorGroup monitors) {
    var owners = new TreeMap<String, List<String>>();
    for (MonitorProcess monitor : monitors.running()) {
      monitor
          .metrics()
          .filter(line -> line.startsWith(PEAK))
          .map(line -> line.substring(PEAK.length(), line.indexOf('"', PEAK.length())))
          .distinct()
          .forEach(job -> owners.computeIfAbsent(job, _ -> new ArrayList<>()).add(monitor.name));
    }
    return owners;
  }
}

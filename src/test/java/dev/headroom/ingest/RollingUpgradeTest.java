package dev.headroom.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/// Monitors of two builds are in one group, under load. Partitions go from the older to the newer
/// and back, by SIGTERM and by `kill -9`. Every sample that Kafka acknowledged is counted once.
///
/// `src/test/scripts/rolling-upgrade REVISION` builds the older one and runs this.
@EnabledIfSystemProperty(named = "headroom.older", matches = ".+")
class RollingUpgradeTest {

  private static final Duration TIMEOUT = Duration.ofSeconds(90);
  private static final String OLDER = System.getProperty("headroom.older", "");

  @Test
  void nothingIsLostOrCountedTwiceOnTheWayToTheNewerAndBack() throws Exception {
    // Given
    try (BrokerFixture cluster = BrokerFixture.started();
        var monitors =
            new MonitorGroup(
                cluster.broker.address(),
                Map.of("group", "upgrade", "checkpoint", "2s", "session", "6s"))) {
      MonitorProcess first = monitors.start(OLDER);
      MonitorProcess second = monitors.start(OLDER);
      IngestReplica.await("ready", TIMEOUT, monitors::areReady);
      var load = new SeededLoad(cluster, 1, "upgrade", 60, 1000);

      // When the older are replaced, one after the other
      MonitorProcess third = joins(monitors, monitors.start());
      leaves(monitors, first);
      MonitorProcess fourth = joins(monitors, monitors.start());
      killed(monitors, second);

      // Then the newer have all jobs, and when the upgrade is taken back, the older
      awaitAll(monitors, 60);
      MonitorProcess fifth = joins(monitors, monitors.start(OLDER));
      leaves(monitors, third);
      joins(monitors, monitors.start(OLDER));
      killed(monitors, fourth);
      awaitAll(monitors, 60);

      // When they are replaced once more
      joins(monitors, monitors.start());
      leaves(monitors, fifth);
      load.end();

      // Then
      long counted = monitors.await(load.expected(), TIMEOUT);
      System.out.printf(
          "acknowledged by Kafka %d, counted %d%n", cluster.acknowledged.get(), counted);
      assertThat(cluster.failed).hasValue(0);
      assertThat(cluster.acknowledged).hasValue(load.sent()).hasValue(counted);
    }
  }

  private static MonitorProcess joins(MonitorGroup monitors, MonitorProcess monitor) {
    IngestReplica.await("jobs of its own", TIMEOUT, () -> !monitor.jobs().isEmpty());
    IngestReplica.await("ready", TIMEOUT, monitors::areReady);
    return monitor;
  }

  private static void leaves(MonitorGroup monitors, MonitorProcess monitor) {
    monitor.close();
    monitors.gone(monitor);
    IngestReplica.await("ready", TIMEOUT, monitors::areReady);
  }

  private static void killed(MonitorGroup monitors, MonitorProcess monitor) {
    monitor.kill();
    monitors.gone(monitor);
    IngestReplica.await("ready", TIMEOUT, monitors::areReady);
  }

  private static void awaitAll(MonitorGroup monitors, int jobs) {
    IngestReplica.await("all jobs", TIMEOUT, () -> monitors.jobs().size() == jobs);
  }
}

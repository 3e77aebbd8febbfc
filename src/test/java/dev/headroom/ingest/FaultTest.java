package dev.headroom.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/// Broker and monitors are killed, frozen and started under load, as a seed has it. Afterwards
/// every sample that Kafka acknowledged is counted once, by one replica.
///
/// `mvn test -Dtest=FaultTest -Dheadroom.faults=50` takes longer, `-Dheadroom.seed=N` has the same
/// faults again.
class FaultTest {

  private static final int FAULTS = Integer.getInteger("headroom.faults", 5);
  private static final long SEED = Long.getLong("headroom.seed", System.nanoTime());
  private static final Duration TIMEOUT = Duration.ofSeconds(90);

  private enum Fault {
    BROKER_KILLED,
    BROKER_FROZEN,
    MONITOR_KILLED,
    MONITOR_FROZEN,
    MONITOR_ENDED,
    MONITOR_ADDED
  }

  @Test
  void everyAcknowledgedSampleIsCountedOnce() throws Exception {
    // Given
    System.out.printf("%d faults, seed %d (-Dheadroom.seed=%2$d)%n", FAULTS, SEED);
    var random = new Random(SEED);
    try (BrokerFixture cluster = BrokerFixture.started();
        var monitors =
            new MonitorGroup(
                cluster.broker.address(),
                Map.of("group", "faults", "checkpoint", "2s", "session", "6s"))) {
      monitors.start();
      monitors.start();
      IngestReplica.await("ready", TIMEOUT, monitors::areReady);
      var load = new SeededLoad(cluster, SEED, "fault", 40, 2000);

      // When
      for (Fault fault : drawn(random)) {
        inject(fault, cluster, monitors, random);
        pause(random.nextInt(2000));
      }
      load.end();

      // Then
      long start = System.nanoTime();
      Map<String, String> expected = load.expected();
      monitors.await(expected, TIMEOUT);
      Duration recovered = Duration.ofNanos(System.nanoTime() - start);
      IngestReplica.await("ready", TIMEOUT, monitors::areReady);
      long counted = monitors.await(expected, TIMEOUT);
      System.out.printf(
          "acknowledged by Kafka %d, counted %d, at the latest %d ms after the last fault%n",
          cluster.acknowledged.get(), counted, recovered.toMillis());
      assertThat(cluster.failed).hasValue(0);
      assertThat(cluster.acknowledged).hasValue(load.sent()).hasValue(counted);
    }
  }

  /// One of each kind first.
  private static List<Fault> drawn(Random random) {
    var faults = new ArrayList<>(Arrays.asList(Fault.values()));
    Collections.shuffle(faults, random);
    while (faults.size() < FAULTS) {
      faults.add(Fault.values()[random.nextInt(Fault.values().length)]);
    }
    return faults.subList(0, FAULTS);
  }

  private static void inject(
      Fault fault, BrokerFixture cluster, MonitorGroup monitors, Random random)
      throws IOException, InterruptedException {
    MonitorProcess victim = monitors.running().get(random.nextInt(monitors.running().size()));
    int held = random.nextInt(3000);
    System.out.printf("%tT %s%n", System.currentTimeMillis(), fault);
    switch (fault) {
      case BROKER_KILLED -> {
        cluster.broker.kill();
        pause(held);
        cluster.broker.start();
      }
      case BROKER_FROZEN -> {
        cluster.broker.freeze();
        pause(held * 2);
        cluster.broker.thaw();
      }
      case MONITOR_KILLED -> {
        victim.kill();
        monitors.gone(victim);
        pause(held);
        monitors.start();
      }
      case MONITOR_FROZEN -> {
        // Longer than its session, half of the times: then the group goes on without it.
        victim.freeze();
        pause(random.nextBoolean() ? held : 8000);
        victim.thaw();
      }
      case MONITOR_ENDED -> {
        victim.close();
        monitors.gone(victim);
        monitors.start();
      }
      case MONITOR_ADDED -> {
        if (monitors.running().size() < 4) {
          monitors.start();
        } else {
          victim.close();
          monitors.gone(victim);
        }
      }
    }
  }

  private static void pause(int millis) {
    LockSupport.parkNanos(Duration.ofMillis(millis).toNanos());
  }
}

package dev.headroom.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.headroom.network.LayerConfig;
import dev.headroom.plan.GoldenConfigs;
import dev.headroom.status.IngestStatus;
import dev.headroom.status.RecordOutcome;
import dev.headroom.wire.KafkaSettings;
import dev.headroom.wire.Topics;
import dev.headroom.wire.layerconfig.LayerConfigEncoder;
import io.quarkus.arc.profile.IfBuildProfile;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Alternative;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// The channels reach a broker that asks for a password, over TLS, by `HEADROOM_KAFKA_…` alone.
@QuarkusTest
@TestProfile(SecuredChannelsTest.Secured.class)
class SecuredChannelsTest {

  private static final Duration TIMEOUT = Duration.ofSeconds(40);

  private static final LayerConfig CONFIG = GoldenConfigs.of("alexnet");

  @Inject IngestStatus status;

  /// A monitor that has to log in.
  public static final class Secured implements QuarkusTestProfile {

    @Override
    public String getConfigProfile() {
      return "secured-channels";
    }

    @Override
    public List<TestResourceEntry> testResources() {
      return List.of(new TestResourceEntry(Broker.class));
    }
  }

  /// The broker. A layer config and what is none are there before the monitor starts.
  public static final class Broker implements QuarkusTestResourceLifecycleManager {

    private @Nullable SecuredBroker broker;

    @Override
    public Map<String, String> start() {
      try {
        SecuredBroker started = SecuredBroker.started(Files.createTempDirectory("secured-"));
        broker = started;
        started
            .environment(SecuredBroker.PASSWORD)
            .forEach((name, value) -> System.setProperty(name, value));
        started.cluster.create(Topics.LAYER_CONFIGS, Map.of());
        started.cluster.send(Topics.LAYER_CONFIGS, CONFIG.job(), LayerConfigEncoder.encode(CONFIG));
        started.cluster.send(Topics.LAYER_CONFIGS, "b", "{".getBytes(UTF_8));
        started.cluster.flush();
        return Map.of("headroom.ingest.enabled", "true", "quarkus.http.test-port", "0");
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    }

    @Override
    public void stop() {
      if (broker != null) {
        broker.environment("").keySet().forEach(System::clearProperty);
        broker.close();
      }
    }
  }

  /// The environment of that monitor; a process cannot change its own.
  @ApplicationScoped
  @IfBuildProfile("secured-channels")
  public static class Environment {

    @Produces
    @Alternative
    @Priority(1)
    @Singleton
    KafkaClients clients() {
      var environment = new TreeMap<String, String>();
      Properties all = System.getProperties();
      all.stringPropertyNames().forEach(name -> environment.put(name, all.getProperty(name)));
      return new KafkaClients(KafkaSettings.of(environment, "127.0.0.1:1"));
    }
  }

  @Test
  void configsComeInAndDeadLettersGoOut() {
    IngestReplica.await("ready", TIMEOUT, () -> status.notReadyReason().isEmpty());
    IngestReplica.await("the letter", TIMEOUT, () -> status.forwardedDeadLetters() == 1);
    IngestReplica.await(
        "the config",
        TIMEOUT,
        () ->
            status.outcomeCounts().stream()
                .anyMatch(
                    count ->
                        count.topic().equals(Topics.LAYER_CONFIGS)
                            && count.outcome() == RecordOutcome.APPLIED
                            && count.records() == 1));
  }
}

package dev.headroom.management;

import dev.headroom.wire.KafkaSettings;
import dev.headroom.wire.Topics;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.config.SmallRyeConfig;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/// Logs at the start which brokers and which settings the monitor runs with. Never a secret: of
/// Kafka's client properties three are named, and of the settings those of Headroom only.
@ApplicationScoped
class StartReport {

  private static final Logger LOG = Logger.getLogger(StartReport.class);

  /// From here on a source is no default: `application.properties` has 250, the environment 300.
  private static final int SET_BY_USERS = 251;

  private static final Set<String> OURS =
      Set.of("api", "catalogue", "history", "http", "ingest", "management", "metrics", "page");

  private final SmallRyeConfig config;
  private final String revision;

  StartReport(
      SmallRyeConfig config,
      @ConfigProperty(name = "headroom.metrics.revision", defaultValue = "unknown")
          String revision) {
    this.config = config;
    this.revision = revision;
  }

  void log(@Observes StartupEvent start) {
    Map<String, String> kafka =
        KafkaSettings.of(System.getenv(), config.getValue("headroom.ingest.kafka", String.class));
    LOG.infof("%s; topics are %s…", brokers(kafka), Topics.PREFIX);
    LOG.infof("revision %s; settings: %s", revision, settings(config));
  }

  /// Addresses, protocol and SASL mechanism of Kafka.
  static String brokers(Map<String, String> kafka) {
    String mechanism = kafka.get("sasl.mechanism");
    return "Kafka at %s, %s%s"
        .formatted(
            kafka.get("bootstrap.servers"),
            kafka.getOrDefault("security.protocol", "PLAINTEXT"),
            mechanism == null ? "" : " with " + mechanism);
  }

  /// What somebody has set, each as `name=value`.
  static String settings(SmallRyeConfig config) {
    var set = new TreeMap<String, String>();
    StreamSupport.stream(config.getPropertyNames().spliterator(), false)
        .filter(StartReport::isOurs)
        .map(config::getConfigValue)
        .filter(value -> value.getValue() != null && value.getSourceOrdinal() >= SET_BY_USERS)
        .forEach(value -> set.put(value.getName(), value.getValue()));
    return set.isEmpty()
        ? "all at their defaults"
        : set.entrySet().stream()
            .map(entry -> entry.getKey() + "=" + entry.getValue())
            .collect(Collectors.joining(", "));
  }

  private static boolean isOurs(String name) {
    String[] parts = name.split("\\.", 3);
    return parts.length == 3 && parts[0].equals("headroom") && OURS.contains(parts[1]);
  }
}

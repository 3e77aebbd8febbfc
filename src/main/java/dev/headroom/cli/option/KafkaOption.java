package dev.headroom.cli.option;

import dev.headroom.wire.KafkaSettings;
import java.util.Map;
import java.util.TreeMap;
import picocli.CommandLine.Option;

/// Which brokers a command speaks to. The option wins over the environment, as it is nearer.
public final class KafkaOption {

  private static final String BROKERS = "HEADROOM_KAFKA";

  @Option(
      names = "--kafka",
      paramLabel = "BROKERS",
      defaultValue = "${env:HEADROOM_KAFKA:-127.0.0.1:9092}",
      description =
          "The brokers (default: HEADROOM_KAFKA, else 127.0.0.1:9092). HEADROOM_KAFKA_… passes any"
              + " client property.")
  private String brokers = "";

  /// The properties of Kafka's clients.
  public Map<String, String> settings() {
    var environment = new TreeMap<>(System.getenv());
    environment.put(BROKERS, brokers);
    return KafkaSettings.of(environment, brokers);
  }
}

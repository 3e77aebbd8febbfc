package dev.headroom.wire;

import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/// The address of Kafka and the properties of its clients, from the environment.
///
/// `HEADROOM_KAFKA` names the brokers; `HEADROOM_KAFKA_SECURITY_PROTOCOL` and the like pass any
/// client property through: lower case, underscores are dots.
public final class KafkaSettings {
  private static final String BROKERS = "HEADROOM_KAFKA";
  private static final String PROPERTY = BROKERS + "_";

  private KafkaSettings() {}

  /// The client properties of that environment.
  ///
  /// @param brokers used where the environment names none
  public static Map<String, String> of(Map<String, String> environment, String brokers) {
    Map<String, String> settings = new TreeMap<>();
    settings.put("bootstrap.servers", environment.getOrDefault(BROKERS, brokers));
    environment.forEach(
        (name, value) -> {
          if (name.startsWith(PROPERTY) && name.length() > PROPERTY.length()) {
            settings.put(
                name.substring(PROPERTY.length()).toLowerCase(Locale.ROOT).replace('_', '.'),
                value);
          }
        });
    return settings;
  }
}

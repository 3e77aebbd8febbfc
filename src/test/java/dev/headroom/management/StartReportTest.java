package dev.headroom.management;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StartReportTest {

  @Test
  void names_brokers_and_protocol_and_no_password() {
    assertThat(
            StartReport.brokers(
                Map.of(
                    "bootstrap.servers", "kafka-1:9093",
                    "security.protocol", "SASL_SSL",
                    "sasl.mechanism", "SCRAM-SHA-512",
                    "sasl.jaas.config", "password=secret")))
        .isEqualTo("Kafka at kafka-1:9093, SASL_SSL with SCRAM-SHA-512");
  }

  @Test
  void names_what_was_set_and_is_no_secret() {
    // Given
    SmallRyeConfig config =
        new SmallRyeConfigBuilder()
            .withSources(source(250, "headroom.ingest.max-jobs", "20000"))
            .withSources(source(300, "headroom.metrics.per-gpu", "true"))
            .withSources(source(300, "headroom.kafka.sasl.jaas.config", "password=secret"))
            .withSources(source(300, "quarkus.oidc.credentials.secret", "secret"))
            .build();
    // Then
    assertThat(StartReport.settings(config)).isEqualTo("headroom.metrics.per-gpu=true");
  }

  @Test
  void a_taken_port_is_told_by_its_setting() {
    // Given
    var entry = new LogRecord(Level.SEVERE, "Port %d seems to be in use by another process.");
    entry.setParameters(new Object[] {8080});
    // Then
    assertThat(new TakenPort().isLoggable(entry)).isTrue();
    assertThat(entry.getMessage())
        .isEqualTo("Port 8080 is taken. QUARKUS_HTTP_PORT chooses another; 0 takes a free one.");
  }

  @ParameterizedTest
  @ValueSource(strings = {"Use 'ss -anop | grep %1$d'", "You can try to kill it with 'kill -9'"})
  void how_to_kill_another_process_is_no_advice(String message) {
    assertThat(new TakenPort().isLoggable(new LogRecord(Level.WARNING, message))).isFalse();
  }

  private static PropertiesConfigSource source(int ordinal, String name, String value) {
    return new PropertiesConfigSource(Map.of(name, value), "of " + ordinal, ordinal);
  }
}

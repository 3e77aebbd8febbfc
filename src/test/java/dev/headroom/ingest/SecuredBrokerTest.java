package dev.headroom.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.wire.KafkaSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A broker that lets only those in who know a password, over TLS: the way in of its clients is set
/// by the environment alone, and what is secret in it stands in no log and no reason.
class SecuredBrokerTest {

  private static final Duration TIMEOUT = Duration.ofSeconds(30);
  private static final String PASSWORD = "correct-horse-battery-staple";
  private static final String STORE_PASSWORD = "truststore-password";

  @TempDir private static Path folder;
  private static BrokerFixture cluster;
  private static int port;

  @BeforeAll
  static void start() throws Exception {
    Path keys = folder.resolve("broker.p12");
    keytool("-genkeypair", "-alias", "broker", "-keyalg", "EC", "-dname", "CN=localhost")
        .andThen("-ext", "san=ip:127.0.0.1,dns:localhost", "-validity", "2")
        .on(keys);
    Path certificate = folder.resolve("broker.pem");
    keytool("-exportcert", "-rfc", "-alias", "broker", "-file", certificate.toString()).on(keys);
    keytool("-importcert", "-noprompt", "-alias", "broker", "-file", certificate.toString())
        .on(folder.resolve("trust.p12"));
    port = freePort();
    cluster = BrokerFixture.started(broker -> broker.with(listener(keys)));
  }

  @AfterAll
  static void stop() {
    if (cluster != null) {
      cluster.close();
    }
  }

  @Test
  void samplesComeInOverTlsWithAPassword() {
    try (var log = new Log();
        var replica = replica("secured", PASSWORD)) {
      // When
      IngestReplica.await("ready", TIMEOUT, replica::isReady);
      cluster.sample("secured", Instant.now(), 4096);
      cluster.flush();

      // Then
      IngestReplica.await("applied", TIMEOUT, () -> replica.applied() == 1);
      assertThat(log.text()).isNotEmpty().doesNotContain(PASSWORD, STORE_PASSWORD);
    }
  }

  @Test
  void aWrongPasswordIsAReasonAndIsNotLogged() {
    try (var log = new Log();
        var replica = replica("locked-out", "wrong-" + PASSWORD)) {
      // When
      IngestReplica.await(
          "the reason",
          TIMEOUT,
          () -> replica.status.notReadyReason().orElse("").contains("Authentication failed"));

      // Then
      assertThat(replica.isReady()).isFalse();
      assertThat(replica.status.notReadyReason().orElseThrow()).doesNotContain(PASSWORD);
      assertThat(log.text()).isNotEmpty().doesNotContain(PASSWORD, STORE_PASSWORD);
    }
  }

  private static IngestReplica replica(String group, String password) {
    Map<String, String> environment =
        Map.of(
            "HEADROOM_KAFKA",
            "127.0.0.1:" + port,
            "HEADROOM_KAFKA_SECURITY_PROTOCOL",
            "SASL_SSL",
            "HEADROOM_KAFKA_SASL_MECHANISM",
            "PLAIN",
            "HEADROOM_KAFKA_SASL_JAAS_CONFIG",
            login("username=\"monitor\" password=\"%s\"", password),
            "HEADROOM_KAFKA_SSL_TRUSTSTORE_LOCATION",
            folder.resolve("trust.p12").toString(),
            "HEADROOM_KAFKA_SSL_TRUSTSTORE_PASSWORD",
            STORE_PASSWORD);
    return new IngestReplica(
        KafkaSettings.of(environment, "127.0.0.1:1"), Map.of("group", group, "checkpoint", "1s"));
  }

  private static String listener(Path keys) {
    return """
    listeners=PLAINTEXT://127.0.0.1:%%1$d,SASL_SSL://127.0.0.1:%1$d,CONTROLLER://127.0.0.1:%%2$d
    advertised.listeners=PLAINTEXT://127.0.0.1:%%1$d,SASL_SSL://127.0.0.1:%1$d
    listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,SASL_SSL:SASL_SSL
    sasl.enabled.mechanisms=PLAIN
    listener.name.sasl_ssl.plain.sasl.jaas.config=%2$s
    ssl.keystore.type=PKCS12
    ssl.keystore.location=%3$s
    ssl.keystore.password=%4$s
    """
        .formatted(port, login("user_monitor=\"%s\"", PASSWORD), keys, STORE_PASSWORD);
  }

  private static String login(String options, String password) {
    return "org.apache.kafka.common.security.plain.PlainLoginModule required "
        + options.formatted(password)
        + ";";
  }

  private static Keytool keytool(String... arguments) {
    return new Keytool(List.of(arguments));
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  /// One call of the JDK's `keytool`.
  private record Keytool(List<String> arguments) {

    Keytool andThen(String... more) {
      var all = new ArrayList<>(arguments);
      all.addAll(List.of(more));
      return new Keytool(List.copyOf(all));
    }

    void on(Path store) throws IOException, InterruptedException {
      var command = new ArrayList<String>();
      command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
      command.addAll(arguments);
      command.addAll(
          List.of(
              "-storetype", "PKCS12", "-keystore", store.toString(), "-storepass", STORE_PASSWORD));
      Process process = new ProcessBuilder(command).inheritIO().start();
      assertThat(process.waitFor()).as(String.join(" ", command)).isZero();
    }
  }

  /// Everything that is logged meanwhile.
  private static final class Log extends Handler implements AutoCloseable {

    private static final Logger ROOT = Logger.getLogger("");

    private final Queue<String> lines = new ConcurrentLinkedQueue<>();

    Log() {
      setFormatter(new SimpleFormatter());
      ROOT.addHandler(this);
    }

    @Override
    public void publish(LogRecord record) {
      lines.add(getFormatter().format(record));
    }

    String text() {
      return String.join("", lines);
    }

    @Override
    public void flush() {}

    @Override
    public void close() {
      ROOT.removeHandler(this);
    }
  }
}

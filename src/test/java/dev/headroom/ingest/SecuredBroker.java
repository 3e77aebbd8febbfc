package dev.headroom.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// A broker that lets only those in who know a password, over TLS.
final class SecuredBroker implements AutoCloseable {

  static final String PASSWORD = "correct-horse-battery-staple";
  static final String STORE_PASSWORD = "truststore-password";

  final BrokerFixture cluster;
  private final Path folder;
  private final int port;

  private SecuredBroker(BrokerFixture cluster, Path folder, int port) {
    this.cluster = cluster;
    this.folder = folder;
    this.port = port;
  }

  /// @param folder for its keys
  static SecuredBroker started(Path folder) throws Exception {
    Path keys = folder.resolve("broker.p12");
    keytool("-genkeypair", "-alias", "broker", "-keyalg", "EC", "-dname", "CN=localhost")
        .andThen("-ext", "san=ip:127.0.0.1,dns:localhost", "-validity", "2")
        .on(keys);
    Path certificate = folder.resolve("broker.pem");
    keytool("-exportcert", "-rfc", "-alias", "broker", "-file", certificate.toString()).on(keys);
    keytool("-importcert", "-noprompt", "-alias", "broker", "-file", certificate.toString())
        .on(folder.resolve("trust.p12"));
    int port = freePort();
    BrokerFixture cluster = BrokerFixture.started(broker -> broker.with(listener(keys, port)));
    return new SecuredBroker(cluster, folder, port);
  }

  /// The environment of a monitor that uses a password.
  Map<String, String> environment(String password) {
    return Map.of(
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
  }

  @Override
  public void close() {
    cluster.close();
  }

  private static String listener(Path keys, int port) {
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
}

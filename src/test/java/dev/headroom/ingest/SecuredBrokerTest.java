package dev.headroom.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.wire.KafkaSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
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

  @TempDir private static Path folder;
  private static SecuredBroker secured;
  private static BrokerFixture cluster;

  @BeforeAll
  static void start() throws Exception {
    secured = SecuredBroker.started(folder);
    cluster = secured.cluster;
  }

  @AfterAll
  static void stop() {
    if (secured != null) {
      secured.close();
    }
  }

  @Test
  void samplesComeInOverTlsWithAPassword() {
    try (var log = new Log();
        var replica = replica("secured", SecuredBroker.PASSWORD)) {
      // When
      IngestReplica.await("ready", TIMEOUT, replica::isReady);
      cluster.sample("secured", Instant.now(), 4096);
      cluster.flush();

      // Then
      IngestReplica.await("applied", TIMEOUT, () -> replica.applied() == 1);
      assertThat(log.text())
          .isNotEmpty()
          .doesNotContain(SecuredBroker.PASSWORD, SecuredBroker.STORE_PASSWORD);
    }
  }

  @Test
  void aWrongPasswordIsAReasonAndIsNotLogged() {
    try (var log = new Log();
        var replica = replica("locked-out", "wrong-" + SecuredBroker.PASSWORD)) {
      // When
      IngestReplica.await(
          "the reason",
          TIMEOUT,
          () -> replica.status.notReadyReason().orElse("").contains("Authentication failed"));

      // Then
      assertThat(replica.isReady()).isFalse();
      assertThat(replica.status.notReadyReason().orElseThrow())
          .doesNotContain(SecuredBroker.PASSWORD);
      assertThat(log.text())
          .isNotEmpty()
          .doesNotContain(SecuredBroker.PASSWORD, SecuredBroker.STORE_PASSWORD);
    }
  }

  private static IngestReplica replica(String group, String password) {
    return new IngestReplica(
        KafkaSettings.of(secured.environment(password), "127.0.0.1:1"),
        Map.of("group", group, "checkpoint", "1s"));
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

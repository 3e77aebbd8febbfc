package dev.headroom.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The broker's place, port and settings; a broker that cannot start. Tests of ingestion run it.
class KafkaBrokerTest {

  @TempDir Path folder;

  @Test
  void theWantedPortIsTakenIfItIsFree() throws IOException {
    int port;
    try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = taken.getLocalPort();
      assertThat(KafkaBroker.in(folder, folder, port).address())
          .startsWith("127.0.0.1:")
          .isNotEqualTo("127.0.0.1:" + port);
    }
    assertThat(KafkaBroker.in(folder, folder, port).address()).isEqualTo("127.0.0.1:" + port);
    assertThat(KafkaBroker.in(folder, folder, 0).address()).isNotEqualTo("127.0.0.1:0");
  }

  @Test
  void oneThatCannotStartSaysWhyAndLeavesItsSettings() throws IOException {
    // Given a folder without the broker's jars
    Path own = folder.resolve("deep/own");
    KafkaBroker broker =
        KafkaBroker.in(folder.resolve("lib"), own, 0).with("one=%1$d\n").with("two=%2$d\n");
    String port = broker.address().substring("127.0.0.1:".length());

    // Then
    assertThatThrownBy(broker::start)
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("the broker's storage could not be formatted: ")
        .hasMessageContaining("kafka.tools.StorageTool");
    assertThat(Files.readString(own.resolve("server.properties")))
        .contains(
            "\nlisteners=PLAINTEXT://127.0.0.1:" + port + ",CONTROLLER://127.0.0.1:",
            "\nadvertised.listeners=PLAINTEXT://127.0.0.1:" + port + "\n",
            "\nlog.dirs=" + own.toAbsolutePath().resolve("data") + "\n",
            "\nauto.create.topics.enable=false\n",
            "\none=" + port + "\n")
        .containsPattern("\ntwo=\\d+\n$")
        .doesNotContain("two=" + port);
    assertThat(broker.isRunning()).isFalse();
    broker.kill();
    broker.close();
  }

  @Test
  void oneThatDoesNotRunCannotBeFrozenButEmptied() throws IOException {
    KafkaBroker broker = KafkaBroker.in(folder, folder, 0);
    assertThatThrownBy(broker::freeze).hasMessage("the broker does not run");
    assertThatThrownBy(broker::thaw).hasMessage("the broker does not run");
    broker.empty();
    Files.createDirectories(folder.resolve("data/topic-0"));
    Files.writeString(folder.resolve("data/topic-0/log"), "x");
    broker.empty();
    assertThat(folder.resolve("data")).doesNotExist();
    assertThat(folder).exists();
  }
}

package dev.headroom.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a demo does without a broker; with one it is played by DemoIT.
class DemoTest {

  private static final String TEMPORARY = "java.io.tmpdir";
  private static final Demo.SimulationOptions SMALL = new Demo.SimulationOptions(2, 1, 1, 0);

  @TempDir private Path folder;
  private final String before = System.getProperty(TEMPORARY);
  private final List<String> said = new ArrayList<>();

  @BeforeEach
  void setParent() {
    System.setProperty(TEMPORARY, folder.toString());
  }

  @AfterEach
  void restore() {
    System.setProperty(TEMPORARY, before);
  }

  @Test
  void aPortThatIsTakenIsAnotherOne() throws IOException {
    int wanted;
    try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      wanted = taken.getLocalPort();
      try (var demo = new Demo(folder, 0, wanted, SMALL)) {
        assertThat(demo.monitorAddress())
            .matches("http://127\\.0\\.0\\.1:[1-9]\\d*")
            .isNotEqualTo("http://127.0.0.1:" + wanted);
      }
    }
    try (var demo = new Demo(folder, 0, wanted, SMALL)) {
      assertThat(demo.monitorAddress()).isEqualTo("http://127.0.0.1:" + wanted);
    }
  }

  @Test
  void withoutABrokerItDoesNotStartAndItsLogsAreLeft() throws IOException {
    var demo = new Demo(folder.resolve("none"), 0, 0, SMALL);
    try (demo) {
      // When
      assertThatThrownBy(() -> demo.start(said::add))
          .isInstanceOf(IOException.class)
          .hasMessageStartingWith("the broker's storage could not be formatted");

      // Then
      assertThat(said).hasSize(2);
      assertThat(said.getFirst()).isEqualTo("logs and data: " + demo.logs());
      assertThat(said.getLast()).startsWith("starting a Kafka broker on 127.0.0.1:");
      assertThat(demo.logs()).hasParent(folder);
      Files.createDirectories(demo.logs().resolve("data/topic"));
    }
    assertThat(demo.logs().resolve("server.properties")).exists();
    assertThat(demo.logs().resolve("data")).doesNotExist();
  }

  @Test
  void watchingEndsWithTheMonitorOrTheDemo() throws IOException, InterruptedException {
    var demo = new Demo(folder, 0, 0, SMALL);
    assertThat(demo.watch(said::add)).isEqualTo(1);
    assertThat(said)
        .containsExactly("the monitor ended; see " + demo.logs().resolve("monitor.log"));
    demo.close();
    assertThat(demo.watch(said::add)).isZero();
    assertThat(said).hasSize(1);
  }
}

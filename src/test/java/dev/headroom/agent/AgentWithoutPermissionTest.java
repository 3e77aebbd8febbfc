package dev.headroom.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The agent as a process that may do nothing: what it says to whoever started it.
class AgentWithoutPermissionTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(60);

  @TempDir Path folder;

  @Test
  void itSaysOnceWhatItMayNotAskAndNamesThePodByItsCgroup() throws IOException {
    // Given
    StandIn.in(folder, StandIn.Library.NVML)
        .script("gpu GPU-0 0 1000 500 0 A\ncompute GPU-0 7 5\ncompute GPU-0 8 6\n");
    for (String pid : List.of("7", "8")) {
      process(pid);
    }
    Path kubelet = Files.createDirectory(folder.resolve("pod-resources"));
    Files.createFile(kubelet.resolve("kubelet.sock"));
    Files.setPosixFilePermissions(kubelet, PosixFilePermissions.fromString("---------"));

    // When
    try (AgentProcess agent =
        AgentProcess.start(
            withoutCapabilities(),
            folder,
            folder.resolve("log"),
            "--proc",
            folder.toString(),
            "--pod-resources",
            kubelet.resolve("kubelet.sock").toString(),
            "--period",
            "50",
            "--kafka",
            "127.0.0.1:1",
            "--host",
            "gpu-07")) {
      await().atMost(TIMEOUT).until(() -> agent.readings() >= 5);

      // Then
      assertThat(agent.get("/metrics"))
          .contains("headroom_agent_processes{rule=\"kubernetes\"} 2.0");
      assertThat(agent.said().lines().filter(line -> line.startsWith("gpu-07: ")))
          .containsExactlyInAnyOrder(
              "gpu-07: environments of other users' processes may not be read, so HEADROOM_JOB is"
                  + " not seen there: give the agent CAP_SYS_PTRACE and CAP_DAC_READ_SEARCH; cgroups"
                  + " are used instead",
              "gpu-07: the kubelet does not tell which pod holds a GPU (Permission denied: "
                  + kubelet.resolve("kubelet.sock")
                  + "): run the agent as root with its pod-resources folder"
                  + " mounted; pods are named by their downward files or their UID instead");
    } finally {
      Files.setPosixFilePermissions(kubelet, PosixFilePermissions.fromString("rwx------"));
    }
  }

  @Test
  void withoutADriverItSaysInOneSentenceWhatToDoAndTriesOn() throws IOException {
    // Given
    Path driver = Files.createDirectory(folder.resolve("driver"));
    Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
    StandIn.in(elsewhere, StandIn.Library.NVML).script("gpu GPU-0 0 1000 500 0 A\n");
    Files.copy(elsewhere.resolve("script"), driver.resolve("script"));

    try (AgentProcess agent =
        AgentProcess.start(
            List.of(),
            driver,
            folder.resolve("log"),
            "--period",
            "50",
            "--kafka",
            "127.0.0.1:1",
            "--host",
            "gpu-07")) {
      await().atMost(TIMEOUT).until(() -> agent.get("/q/health/ready").contains("is not here"));

      // Then
      assertThat(agent.said())
          .isEqualToNormalizingNewlines(
              """
              headroom agent: gpu-07, metrics and health on port %s
              gpu-07: libnvidia-ml.so.1 is not here: install the NVIDIA driver, or run this\
               container with the NVIDIA runtime and NVIDIA_DRIVER_CAPABILITIES=utility; trying\
               again every 5 s
              """
                  .formatted(agent.said().replaceAll("(?s).* port (\\d+).*", "$1")));

      // When the driver is installed
      Files.createSymbolicLink(
          driver.resolve("libnvidia-ml.so.1"), elsewhere.resolve("libnvidia-ml.so.1"));

      // Then
      await().atMost(TIMEOUT).until(() -> agent.readings() > 0);
    }
  }

  /// Root may read everything by its capabilities alone: without them it is like any user.
  private static List<String> withoutCapabilities() {
    return "root".equals(System.getProperty("user.name"))
        ? List.of("setpriv", "--bounding-set=-all", "--inh-caps=-all")
        : List.of();
  }

  private void process(String pid) throws IOException {
    Path process = Files.createDirectory(folder.resolve(pid));
    Files.writeString(process.resolve("stat"), pid + " (python) S" + " 0".repeat(18) + " 99 0\n");
    Files.writeString(
        process.resolve("cgroup"),
        "0::/kubepods/besteffort/pod0d3c1f6a-8e1b-4c53-9d07-5b6f2f8d2a10/8f3b\n");
    Files.writeString(process.resolve("environ"), "HEADROOM_JOB=a\0");
    Files.setPosixFilePermissions(
        process.resolve("environ"), PosixFilePermissions.fromString("---------"));
  }
}

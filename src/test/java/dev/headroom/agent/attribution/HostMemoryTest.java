package dev.headroom.agent.attribution;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostMemoryTest {

  @TempDir Path proc;

  @Test
  void isWhatTheKernelSays() throws IOException {
    Files.writeString(
        proc.resolve("meminfo"), "MemTotal:   1000 kB\nMemFree: 1 kB\nMemAvailable:  400 kB\n");
    assertThat(HostMemory.read(proc)).contains(new HostMemory(1_024_000, 614_400, 409_600L));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "MemTotal: 5 kB\n", "MemTotal: 5 kB\nMemAvailable: 6 kB\n", "MemTotal: x"})
  void isUnknownWhereItCannotBe(String text) throws IOException {
    Files.writeString(proc.resolve("meminfo"), text);
    assertThat(HostMemory.read(proc)).isEmpty();
  }

  @Test
  void isUnknownWithoutTheFile() {
    assertThat(HostMemory.read(proc)).isEmpty();
  }
}

package dev.headroom.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.deployment.InstalledProgram.Ended;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The agent's unit, read by systemd itself.
class SystemdUnitTest {

  private static final Path UNIT = Path.of("deploy/systemd/headroom-agent.service");

  @TempDir private Path folder;

  @Test
  void systemdFindsNothingToSay() throws Exception {
    // When
    Ended read = verified(Files.readString(UNIT));

    // Then
    assertThat(read.text()).isEmpty();
    assertThat(read.code()).isZero();
  }

  @Test
  void aSettingThatSystemdDoesNotKnowIsSaid() throws Exception {
    assertThat(verified(Files.readString(UNIT).replace("MemoryMax=", "MemoryMost=")).text())
        .contains("Unknown key 'MemoryMost'");
  }

  /// The program is not installed here: another one stands in its place.
  private Ended verified(String unit) throws IOException, InterruptedException {
    Path file = folder.resolve(UNIT.getFileName());
    Files.writeString(file, unit.replaceAll("(?m)^ExecStart=.*$", "ExecStart=/bin/true"));
    return InstalledProgram.optional("systemd-analyze", "systemd")
        .run(List.of("verify", file.toString()));
  }
}

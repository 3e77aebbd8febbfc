package dev.headroom.agent.nvml;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.agent.StandIn;
import dev.headroom.agent.probe.DeviceProbe;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What can only be seen in a process that loaded nothing before: which libraries a reading brings,
/// and a driver that comes after the agent.
class NvmlBindingTest {

  /// Reads once or, where a folder is given, before and after a library appears in it.
  public static final class Main {
    private Main() {}

    public static void main(String[] arguments) throws IOException {
      try (DeviceProbe probe = new NvmlProbe(_ -> true)) {
        System.out.println(probe.read());
        if (arguments.length > 0) {
          Files.createSymbolicLink(
              Path.of(arguments[0], NvmlLibrary.FILE), Path.of(arguments[1], NvmlLibrary.FILE));
          System.out.println(probe.read());
        }
        Files.readAllLines(Path.of("/proc/self/maps")).stream()
            .filter(line -> line.contains(".so"))
            .map(line -> line.substring(line.lastIndexOf('/') + 1))
            .distinct()
            .forEach(System.out::println);
      }
    }
  }

  @Test
  void onlyTheDriversLibraryAndTheBindingAreLoaded(@TempDir Path folder)
      throws IOException, InterruptedException {
    // Given
    StandIn.in(folder, StandIn.Library.NVML).script("gpu GPU-0 0 1000 500 0 A\n");

    // When
    List<String> lines = run(folder);

    // Then
    assertThat(lines.getFirst()).startsWith("Devices[devices=[DeviceReading[gpu=GPU-0,");
    assertThat(lines)
        .contains("libnvidia-ml.so.1", "libjninvml.so")
        .noneMatch(line -> line.startsWith("libcuda") || line.contains("jnicudart"));
  }

  @Test
  void aDriverThatComesLaterIsFound(@TempDir Path empty, @TempDir Path driver)
      throws IOException, InterruptedException {
    // Given
    StandIn.in(driver, StandIn.Library.NVML).script("gpu GPU-0 0 1000 500 0 A\n");
    Files.copy(driver.resolve("script"), empty.resolve("script"));

    // When
    List<String> lines = run(empty, empty.toString(), driver.toString());

    // Then
    assertThat(lines.getFirst())
        .isEqualTo(
            "Unavailable[failure=ReadFailure[call=dlopen, reason=library_not_found, device=],"
                + " sentence=libnvidia-ml.so.1 is not here: install the NVIDIA driver, or run this"
                + " container with the NVIDIA runtime and NVIDIA_DRIVER_CAPABILITIES=utility]");
    assertThat(lines.get(1)).startsWith("Devices[devices=[DeviceReading[gpu=GPU-0,");
  }

  private static List<String> run(Path libraries, String... arguments)
      throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
            Main.class.getName());
    builder.command().addAll(List.of(arguments));
    builder.environment().putAll(Map.of("LD_LIBRARY_PATH", libraries.toString()));
    Process process = builder.redirectError(ProcessBuilder.Redirect.INHERIT).start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(out).isZero();
    return out.lines().toList();
  }
}

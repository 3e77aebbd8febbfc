package dev.headroom.deployment;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// A program that Debian installs. Tests that need it are skipped where it is missing, with a word,
/// but fail in CI.
record InstalledProgram(Path program) {

  /// How it ended, and all it said.
  record Ended(int code, String text) {}

  static InstalledProgram program(String name, String debianPackage) {
    Path program = find(name);
    assumeTrue(
        Files.isExecutable(program) || "true".equals(System.getenv("CI")),
        name + " is not installed (Debian: apt-get install " + debianPackage + ")");
    return new InstalledProgram(program);
  }

  /// A program that Debian does not have in every release: skipped where it is missing, in CI too.
  static InstalledProgram optional(String name, String debianPackage) {
    Path program = find(name);
    assumeTrue(
        Files.isExecutable(program),
        name + " is not installed (in some releases of Debian: " + debianPackage + ")");
    return new InstalledProgram(program);
  }

  private static Path find(String name) {
    return Stream.of(System.getenv("PATH").split(":"))
        .map(folder -> Path.of(folder, name))
        .filter(Files::isExecutable)
        .findFirst()
        .orElse(Path.of("/usr/bin", name));
  }

  Ended run(List<String> arguments) throws IOException, InterruptedException {
    var command = new ArrayList<>(List.of(program.toString()));
    command.addAll(arguments);
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String text = new String(process.getInputStream().readAllBytes(), UTF_8);
    return new Ended(process.waitFor(), text);
  }
}

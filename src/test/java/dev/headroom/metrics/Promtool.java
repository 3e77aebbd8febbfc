package dev.headroom.metrics;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/// Prometheus' own parser and linter of metrics. Tests are skipped where it is not installed, but
/// not in CI.
final class Promtool {

  private static final Path PROMTOOL = Path.of("/usr/bin/promtool");

  private Promtool() {}

  /// What it has to say about an exposition; empty if nothing.
  static String check(String exposition) throws IOException {
    assumeTrue(
        Files.exists(PROMTOOL) || "true".equals(System.getenv("CI")),
        "promtool is not installed (Debian: apt-get install prometheus)");
    Process check =
        new ProcessBuilder(PROMTOOL.toString(), "check", "metrics")
            .redirectErrorStream(true)
            .start();
    try (OutputStream in = check.getOutputStream()) {
      in.write(exposition.getBytes(StandardCharsets.UTF_8));
    }
    return new String(check.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }
}

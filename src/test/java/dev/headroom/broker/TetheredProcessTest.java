package dev.headroom.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TetheredProcessTest {

  @TempDir private Path folder;

  @Test
  void hasItsEnvironmentOnlyAndWritesToItsLog() throws IOException {
    // When
    TetheredProcess process =
        start("echo out; echo err >&2; echo \"$A-$HOME\"; exec sleep 60", Map.of("A", "1"));
    // Then
    awaitLog("1-");
    assertThat(process.isAlive()).isTrue();
    assertThat(ProcessHandle.of(process.pid())).isPresent();
    process.stop(Duration.ofSeconds(10));
    assertThat(process.isAlive()).isFalse();
    assertThat(Files.readString(folder.resolve("log"))).isEqualTo("out\nerr\n1-\n");
  }

  @Test
  void isAskedToEndBeforeItIsForced() throws IOException {
    // Given one that says when it is asked, and is there when it says ready
    TetheredProcess process =
        start("trap 'echo asked; exit 0' TERM; echo ready; while :; do sleep 0.05; done", Map.of());
    awaitLog("ready");
    // When
    process.stop(Duration.ofSeconds(10));
    // Then
    assertThat(Files.readString(folder.resolve("log"))).contains("asked");
  }

  @Test
  void oneThatDoesNotListenIsKilled() throws IOException {
    TetheredProcess process =
        start("trap '' TERM; echo ready; while :; do sleep 0.05; done", Map.of());
    awaitLog("ready");
    process.stop(Duration.ofMillis(100));
    assertThat(process.isAlive()).isFalse();
  }

  @Test
  void endsAtOnceWhereItIsKilled() throws IOException {
    TetheredProcess process = start("trap '' TERM; exec sleep 60", Map.of());
    process.kill();
    assertThat(process.isAlive()).isFalse();
  }

  private TetheredProcess start(String script, Map<String, String> environment) throws IOException {
    return TetheredProcess.start(
        List.of("/bin/sh", "-c", script), environment, folder.resolve("log"));
  }

  private void awaitLog(String text) throws IOException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    Path log = folder.resolve("log");
    while (System.nanoTime() < end) {
      if (Files.exists(log) && Files.readString(log).contains(text)) {
        return;
      }
      Thread.onSpinWait();
    }
    throw new AssertionError("no " + text);
  }
}

package dev.headroom.agent.attribution;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcTreeTest {

  @TempDir private Path root;

  private ProcTree proc = new ProcTree(Path.of("/nowhere"));

  @BeforeEach
  void open() {
    proc = new ProcTree(root);
  }

  @Test
  void readsWhatTheKernelSaysOfAProcess() throws IOException {
    // Given a program whose name has brackets and spaces
    write("environ", "A=1\0B=2\0");
    write("cgroup", "0::/a\n1:memory:/b\n");
    write("cmdline", "python\0train.py\0--x\0");
    write("stat", "42 (a) b (c) R 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 4711 20 21\n");
    write("root/etc/name", " pod-1\n");
    // Then
    assertThat(proc.environment(42)).isEqualTo(new ProcTree.Content.Text("A=1\0B=2\0"));
    assertThat(proc.cgroups(42)).containsExactly("0::/a", "1:memory:/b");
    assertThat(proc.commandLine(42)).contains("python train.py --x");
    assertThat(proc.startTime(42)).contains("4711");
    assertThat(proc.inItsRoot(42, "etc/name")).contains("pod-1");
  }

  @Test
  void aProcessThatIsGoneHasNothing() throws IOException {
    assertThat(proc.environment(43)).isEqualTo(new ProcTree.Content.Gone());
    assertThat(proc.cgroups(43)).isEmpty();
    assertThat(proc.commandLine(43)).isEmpty();
    assertThat(proc.startTime(43)).isEmpty();
    assertThat(proc.inItsRoot(43, "etc/name")).isEmpty();
    write("stat", "42 (a) R 1 2 3");
    write("root/etc/name", "\n");
    assertThat(proc.startTime(42)).isEmpty();
    assertThat(proc.inItsRoot(42, "etc/name")).isEmpty();
  }

  @Test
  void readsABoundedPartOfAFile() throws IOException {
    write("environ", "x".repeat(200_000));
    assertThat(proc.environment(42)).isEqualTo(new ProcTree.Content.Text("x".repeat(128 * 1024)));
  }

  @Test
  void readsThisProcessItself() {
    var own = new ProcTree(Path.of("/proc"));
    assertThat(own.commandLine(ProcessHandle.current().pid()).orElse("")).contains("java");
    assertThat(own.startTime(ProcessHandle.current().pid()).orElse("")).matches("[0-9]+");
  }

  private void write(String file, String text) throws IOException {
    Path path = root.resolve("42").resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, text);
  }
}

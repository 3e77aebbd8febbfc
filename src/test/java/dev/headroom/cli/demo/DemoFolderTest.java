package dev.headroom.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoFolderTest {

  private static final String TEMPORARY = "java.io.tmpdir";

  @TempDir Path parent;
  private final String before = System.getProperty(TEMPORARY);

  @BeforeEach
  void setParent() {
    System.setProperty(TEMPORARY, parent.toString());
  }

  @AfterEach
  void restore() {
    System.setProperty(TEMPORARY, before);
  }

  @Test
  void theFoldersOfDemosThatWereKilledAreRemovedAndNoOther() throws IOException {
    // Given a process id beyond all that Linux gives, a demo that runs, and other folders
    var _ = file("headroom-demo-999999999/data/log");
    Path running =
        file("headroom-demo-" + ProcessHandle.current().parent().orElseThrow().pid() + "/log");
    Path other = file("headroom-demo-mine/log");
    Path another = file("x-headroom-demo-999999999/log");

    // When
    DemoFolder folder = DemoFolder.create();

    // Then
    assertThat(folder.path())
        .isEqualTo(parent.resolve("headroom-demo-" + ProcessHandle.current().pid()))
        .isDirectory();
    assertThat(parent.resolve("headroom-demo-999999999")).doesNotExist();
    assertThat(running).exists();
    assertThat(other).exists();
    assertThat(another).exists();
  }

  @Test
  void itsLogsOutliveItsData() throws IOException {
    DemoFolder folder = DemoFolder.create();
    folder.deleteData();
    Files.createDirectories(folder.path().resolve("data/topic-0"));
    Files.writeString(folder.path().resolve("data/topic-0/00.log"), "x");
    Files.writeString(folder.path().resolve("monitor.log"), "x");
    folder.deleteData();
    assertThat(folder.path().resolve("data")).doesNotExist();
    assertThat(folder.path().resolve("monitor.log")).exists();
  }

  private Path file(String name) throws IOException {
    Path file = parent.resolve(name);
    Files.createDirectories(parent.resolve(name.substring(0, name.lastIndexOf('/'))));
    return Files.writeString(file, "x");
  }
}

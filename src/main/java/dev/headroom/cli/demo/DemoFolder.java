package dev.headroom.cli.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/// The temporary folder of a demo, named after its process id. A new demo removes the folders of
/// demos that were killed.
record DemoFolder(Path path) {

  private static final String PREFIX = "headroom-demo-";

  static DemoFolder create() throws IOException {
    Path parent = Path.of(System.getProperty("java.io.tmpdir"));
    sweep(parent);
    return new DemoFolder(
        Files.createDirectories(parent.resolve(PREFIX + ProcessHandle.current().pid())));
  }

  /// Deletes everything but the logs; trouble with that is no trouble of the demo's.
  void deleteData() {
    try {
      delete(path.resolve("data"));
    } catch (IOException _) {
      // The next demo sweeps.
    }
  }

  private static void sweep(Path parent) throws IOException {
    List<Path> folders;
    try (Stream<Path> entries = Files.list(parent)) {
      folders =
          entries
              .filter(entry -> entry.getFileName().toString().matches(PREFIX + "[0-9]{1,18}"))
              .filter(Files::isWritable)
              .toList();
    }
    for (Path folder : folders) {
      long pid = Long.parseLong(folder.getFileName().toString().substring(PREFIX.length()));
      if (ProcessHandle.of(pid).isEmpty()) {
        try {
          delete(folder);
        } catch (IOException _) {
          // Another user's, or another demo sweeps too.
        }
      }
    }
  }

  private static void delete(Path folder) throws IOException {
    if (Files.exists(folder)) {
      try (Stream<Path> all = Files.walk(folder)) {
        for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
          Files.deleteIfExists(path);
        }
      }
    }
  }
}

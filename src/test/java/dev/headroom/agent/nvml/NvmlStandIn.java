package dev.headroom.agent.nvml;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.opentest4j.TestAbortedException;

/// Builds `nvml_stand_in.c` with gcc against NVIDIA's published `nvml.h`, and writes its script.
///
/// The header is the CUDA toolkit's where one is installed, else that of NVIDIA's package on PyPI,
/// fetched with pip once. Where that or gcc is missing the tests are skipped with the reason,
/// unless `HEADROOM_REQUIRE_NVML_STAND_IN` is set: then they fail.
public final class NvmlStandIn {
  private static final Path SOURCE = Path.of("src/test/native/nvml_stand_in.c").toAbsolutePath();
  private static final Path FOLDER = Path.of("target/nvml-stand-in").toAbsolutePath();
  private static final String PACKAGE = "nvidia-nvml-dev-cu12==12.9.79";

  private static @Nullable Path loaded;

  private final Path folder;

  private NvmlStandIn(Path folder) {
    this.folder = folder;
  }

  /// A library of its own for another process, which finds it by `LD_LIBRARY_PATH`.
  public static NvmlStandIn in(Path folder) throws IOException {
    Files.createDirectories(folder);
    Files.copy(built(), folder.resolve(NvmlLibrary.FILE), StandardCopyOption.REPLACE_EXISTING);
    return new NvmlStandIn(folder);
  }

  /// The library of this process, loaded before anyone asks for the driver's.
  @SuppressWarnings("restricted")
  public static synchronized NvmlStandIn ofThisProcess() throws IOException {
    if (loaded == null) {
      loaded = built();
      System.load(loaded.toString());
    }
    return new NvmlStandIn(FOLDER);
  }

  public Path folder() {
    return folder;
  }

  /// Replaces the script in one step, so that nobody reads half of it.
  public void script(String script) {
    try {
      Path next = Files.createTempFile(folder, "script", ".next");
      Files.writeString(next, script);
      Files.move(next, folder.resolve("script"), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static synchronized Path built() throws IOException {
    Path library = FOLDER.resolve(NvmlLibrary.FILE);
    if (Files.exists(library)
        && Files.getLastModifiedTime(library).compareTo(Files.getLastModifiedTime(SOURCE)) > 0) {
      return library;
    }
    Files.createDirectories(FOLDER);
    Path include = header().getParent();
    run(
        "gcc",
        "-shared",
        "-fPIC",
        "-O2",
        "-Wall",
        "-Wextra",
        "-Werror",
        "-Wl,-soname," + NvmlLibrary.FILE,
        "-I" + include,
        "-o",
        library.toString(),
        SOURCE.toString(),
        "-ldl",
        "-lpthread");
    return library;
  }

  private static Path header() throws IOException {
    for (String installed : List.of("/usr/local/cuda/include/nvml.h", "/usr/include/nvml.h")) {
      if (Files.exists(Path.of(installed))) {
        return Path.of(installed);
      }
    }
    Path fetched = FOLDER.resolve("header");
    Optional<Path> known = nvmlHeader(fetched);
    if (known.isPresent()) {
      return known.get();
    }
    run(
        "python3",
        "-m",
        "pip",
        "install",
        "--quiet",
        "--no-deps",
        "--target",
        fetched.toString(),
        PACKAGE);
    return nvmlHeader(fetched).orElseThrow(() -> new IOException(PACKAGE + " has no nvml.h"));
  }

  private static Optional<Path> nvmlHeader(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return Optional.empty();
    }
    try (Stream<Path> files = Files.walk(folder, FileVisitOption.FOLLOW_LINKS)) {
      return files.filter(file -> file.endsWith("nvml.h")).findFirst();
    }
  }

  private static void run(String... command) throws IOException {
    Path log = Files.createTempFile(FOLDER, "build", ".log");
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start();
      if (process.waitFor(3, TimeUnit.MINUTES) && process.exitValue() == 0) {
        return;
      }
      process.destroyForcibly();
      missing(String.join(" ", command) + ": " + Files.readString(log));
    } catch (IOException e) {
      missing(e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  private static void missing(@Nullable String reason) {
    String sentence = "the NVML stand-in cannot be built: " + reason;
    if (System.getenv("HEADROOM_REQUIRE_NVML_STAND_IN") != null) {
      throw new AssertionError(sentence);
    }
    throw new TestAbortedException(sentence);
  }
}

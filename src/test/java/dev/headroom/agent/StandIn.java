package dev.headroom.agent;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.opentest4j.TestAbortedException;

/// Builds a stand-in for one of NVIDIA's libraries with gcc against the published header, and
/// writes the script that it answers from.
///
/// The header is the CUDA toolkit's where one is installed, else that of NVIDIA's package on PyPI,
/// fetched with pip once. Where that or gcc is missing the tests are skipped with the reason, but
/// fail in CI.
public final class StandIn {

  /// What can be built.
  public enum Library {
    NVML("libnvidia-ml.so.1", "nvml_stand_in.c", "nvml.h", "nvidia-nvml-dev-cu12==12.9.79"),
    CUDA("libcuda.so.1", "cuda_stand_in.c", "cuda.h", "nvidia-cuda-runtime-cu12==12.6.77");

    private final String file;
    private final Path source;
    private final String header;
    private final String pypi;

    Library(String file, String source, String header, String pypi) {
      this.file = file;
      this.source = Path.of("src/test/native", source).toAbsolutePath();
      this.header = header;
      this.pypi = pypi;
    }

    private Path folder() {
      return Path.of("target/stand-ins", name()).toAbsolutePath();
    }
  }

  private static final Set<Library> LOADED = EnumSet.noneOf(Library.class);

  private final Path folder;

  private StandIn(Path folder) {
    this.folder = folder;
  }

  /// A library of its own for another process, which finds it by `LD_LIBRARY_PATH`.
  public static StandIn in(Path folder, Library library) throws IOException {
    Files.createDirectories(folder);
    Files.copy(built(library), folder.resolve(library.file), StandardCopyOption.REPLACE_EXISTING);
    return new StandIn(folder);
  }

  /// The library of this process, loaded before anyone asks for the driver's.
  @SuppressWarnings("restricted")
  public static synchronized StandIn ofThisProcess(Library library) throws IOException {
    Path built = built(library);
    if (LOADED.add(library)) {
      System.load(built.toString());
    }
    return new StandIn(library.folder());
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

  private static synchronized Path built(Library library) throws IOException {
    Path built = library.folder().resolve(library.file);
    if (Files.exists(built)
        && Files.getLastModifiedTime(built).compareTo(Files.getLastModifiedTime(library.source))
            > 0) {
      return built;
    }
    Files.createDirectories(library.folder());
    run(
        library,
        "gcc",
        "-shared",
        "-fPIC",
        "-O2",
        "-Wall",
        "-Wextra",
        "-Werror",
        "-Wl,-soname," + library.file,
        "-I" + header(library).getParent(),
        "-o",
        built.toString(),
        library.source.toString(),
        "-ldl",
        "-lpthread");
    return built;
  }

  private static Path header(Library library) throws IOException {
    for (String installed : List.of("/usr/local/cuda/include", "/usr/include")) {
      if (Files.exists(Path.of(installed, library.header))) {
        return Path.of(installed, library.header);
      }
    }
    Path fetched = library.folder().resolve("header");
    Optional<Path> known = find(fetched, library.header);
    if (known.isPresent()) {
      return known.get();
    }
    run(
        library,
        "python3",
        "-m",
        "pip",
        "install",
        "--quiet",
        "--no-deps",
        "--target",
        fetched.toString(),
        library.pypi);
    return find(fetched, library.header)
        .orElseThrow(() -> new IOException(library.pypi + " has no " + library.header));
  }

  private static Optional<Path> find(Path folder, String file) throws IOException {
    if (!Files.isDirectory(folder)) {
      return Optional.empty();
    }
    try (Stream<Path> files = Files.walk(folder, FileVisitOption.FOLLOW_LINKS)) {
      return files.filter(each -> each.endsWith(file)).findFirst();
    }
  }

  private static void run(Library library, String... command) throws IOException {
    Path log = Files.createTempFile(library.folder(), "build", ".log");
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
      missing(library, String.join(" ", command) + ": " + Files.readString(log));
    } catch (IOException e) {
      missing(library, e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  private static void missing(Library library, @Nullable String reason) {
    String sentence = "no stand-in for " + library.file + ": " + reason;
    if ("true".equals(System.getenv("CI"))) {
      throw new AssertionError(sentence);
    }
    throw new TestAbortedException(sentence);
  }
}

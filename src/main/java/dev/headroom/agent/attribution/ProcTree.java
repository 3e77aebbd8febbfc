package dev.headroom.agent.attribution;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// Reads what `/proc` says of a process. Every value may be absent, because processes end at any
/// time.
final class ProcTree {
  /// The kernel's own limit of one argument or variable; more is not read.
  private static final int MAX_BYTES = 128 * 1024;

  private static final Pattern SPACE = Pattern.compile(" ");

  private final Path root;

  ProcTree(Path root) {
    this.root = root;
  }

  /// What a file of a process came back with.
  sealed interface Content {
    record Text(String text) implements Content {}

    record Denied() implements Content {}

    record Gone() implements Content {}
  }

  /// Its variables as `NAME=value`, each ended by a NUL, as they were when it started.
  Content environment(long pid) {
    return read(pid, "environ");
  }

  /// The lines of its cgroup membership; none where it is gone.
  List<String> cgroups(long pid) {
    return text(pid, "cgroup").map(text -> text.lines().toList()).orElse(List.of());
  }

  /// Its arguments, separated by spaces.
  Optional<String> commandLine(long pid) {
    return text(pid, "cmdline").map(text -> text.replace('\0', ' ').strip());
  }

  /// When it started, in the kernel's ticks since boot: with the pid it names one process for good.
  Optional<String> startTime(long pid) {
    // The second field is the program's name in brackets and may hold spaces and brackets itself.
    return text(pid, "stat")
        .map(
            stat -> SPACE.splitAsStream(stat.substring(stat.lastIndexOf(')') + 1).strip()).toList())
        .filter(fields -> fields.size() > 19)
        .map(fields -> fields.get(19));
  }

  /// A file as the process itself sees it, in its own root.
  Optional<String> inItsRoot(long pid, String file) {
    return text(pid, "root/" + file).map(String::strip).filter(text -> !text.isEmpty());
  }

  private Optional<String> text(long pid, String file) {
    return read(pid, file) instanceof Content.Text(String text)
        ? Optional.of(text)
        : Optional.empty();
  }

  private Content read(long pid, String file) {
    try (var in = Files.newInputStream(root.resolve(Long.toString(pid)).resolve(file))) {
      return new Content.Text(new String(in.readNBytes(MAX_BYTES), StandardCharsets.UTF_8));
    } catch (AccessDeniedException e) {
      return new Content.Denied();
    } catch (IOException e) {
      // EACCES comes as this class only where opening failed; reading another user's environment
      // may also fail at the first read.
      return String.valueOf(e.getMessage()).contains("Permission denied")
          ? new Content.Denied()
          : new Content.Gone();
    }
  }
}

package dev.headroom.broker;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;

/// A child process that ends with this one, however this one ends.
///
/// A shell stands between us and the child and reads from a pipe of ours: when we end, however that
/// happens, the pipe ends and the shell kills the child.
public final class TetheredProcess {

  /// The shell outlives what a terminal sends to all of us at once; the child ends by our word.
  private static final String GUARD =
      "trap '' INT HUP; trap : TERM; \"$@\" </dev/null >>\"$LOG\" 2>&1 & echo $!; cat >/dev/null;"
          + " kill -9 $! 2>/dev/null";

  private final Process guard;
  private final ProcessHandle child;

  private TetheredProcess(Process guard, ProcessHandle child) {
    this.guard = guard;
    this.child = child;
  }

  /// Starts it.
  ///
  /// @param environment what it gets, and nothing else
  /// @param log where its output is appended
  public static TetheredProcess start(
      List<String> command, Map<String, String> environment, Path log) throws IOException {
    var guarded = new ArrayList<>(List.of("/bin/sh", "-c", GUARD, "sh"));
    guarded.addAll(command);
    var builder = new ProcessBuilder(guarded).redirectError(ProcessBuilder.Redirect.DISCARD);
    builder.environment().clear();
    builder.environment().putAll(environment);
    builder.environment().put("LOG", log.toString());
    Process guard = builder.start();
    BufferedReader output = guard.inputReader(StandardCharsets.US_ASCII);
    String pid = output.readLine();
    ProcessHandle child =
        pid == null ? null : ProcessHandle.of(Long.parseLong(pid.strip())).orElse(null);
    if (child == null) {
      guard.destroyForcibly();
      throw new IOException("the process ended at once; see " + log);
    }
    return new TetheredProcess(guard, child);
  }

  public long pid() {
    return child.pid();
  }

  public boolean isAlive() {
    return child.isAlive();
  }

  /// Asks it to end, and ends it by force if it has not after a while.
  public void stop(Duration patience) {
    child.destroy();
    try {
      child.onExit().orTimeout(patience.toMillis(), TimeUnit.MILLISECONDS).join();
    } catch (CompletionException _) {
      // It did not listen.
    }
    kill();
  }

  /// Ends it at once, as a crash would.
  public void kill() {
    child.destroyForcibly();
    child.onExit().orTimeout(20, TimeUnit.SECONDS).join();
    guard.destroyForcibly();
  }
}

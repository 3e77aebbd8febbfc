package dev.headroom.agent.attribution;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The memory of a host, which its integrated GPUs use as well; bytes.
///
/// @param used what is not available to a new program
/// @param free null where that is not known
public record HostMemory(long total, long used, @Nullable Long free) {

  private static final Pattern TOTAL = Pattern.compile("(?m)^MemTotal: +(\\d{1,15}) kB$");
  private static final Pattern AVAILABLE = Pattern.compile("(?m)^MemAvailable: +(\\d{1,15}) kB$");
  private static final long KIBIBYTE = 1024;

  /// What `meminfo` says; empty where it cannot be read.
  ///
  /// @param proc where the host's `/proc` is
  static Optional<HostMemory> read(Path proc) {
    try {
      String text = Files.readString(proc.resolve("meminfo"));
      return bytes(TOTAL, text)
          .flatMap(
              total ->
                  bytes(AVAILABLE, text)
                      .filter(available -> available <= total)
                      .map(available -> new HostMemory(total, total - available, available)));
    } catch (IOException _) {
      return Optional.empty();
    }
  }

  private static Optional<Long> bytes(Pattern line, String text) {
    Matcher found = line.matcher(text);
    return found.find() ? Optional.of(Long.parseLong(found.group(1)) * KIBIBYTE) : Optional.empty();
  }
}

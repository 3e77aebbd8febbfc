package dev.headroom.wire;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/// The messages of a topic among the test resources.
public final class GoldenMessages {

  private static final Path FOLDER = Path.of("src/test/resources/messages");

  private GoldenMessages() {}

  /// A message, and why it is refused.
  public record Refused(String reason, String message) {}

  /// Messages that are well formed.
  public static Stream<String> valid(String topic) {
    return lines(topic, "valid.jsonl");
  }

  /// Messages that are not.
  public static Stream<Refused> refused(String topic) {
    return lines(topic, "malformed.tsv")
        .map(line -> line.split("\t", -1))
        .map(columns -> new Refused(columns[1], columns[2]));
  }

  private static Stream<String> lines(String topic, String file) {
    try {
      return Files.readAllLines(FOLDER.resolve(topic).resolve(file)).stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

package dev.headroom.cli.predict;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.headroom.wire.Topics;
import dev.headroom.wire.layerconfig.LayerConfigDecoder;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A file with layer configs: one config, or the records of jobs, one JSON object a line.
///
/// A reporter that reaches no broker writes the second kind. No more is read than a config may
/// have: a file may be endless.
public final class ConfigFile {

  private static final String STANDARD_INPUT = "-";
  private static final String RECORDS = ".jsonl";
  private static final int MOST_JOBS = 1_000;

  /// A config, and the topic and key around it.
  private static final int LONGEST_LINE = LayerConfigDecoder.MAX_BYTES + 1024;

  private static final JsonFactory JSON = new JsonFactory();

  private ConfigFile() {}

  /// The configs in that file: of records, the newest of each job.
  ///
  /// @param file a path, or `-` for standard input
  /// @throws IllegalArgumentException if there is none
  public static List<byte[]> read(String file) throws IOException {
    if (!file.endsWith(RECORDS)) {
      return List.of(single(file));
    }
    try (InputStream in = new BufferedInputStream(Files.newInputStream(Path.of(file)))) {
      return records(in);
    }
  }

  /// The one config that is a file.
  ///
  /// @param file a path, or `-` for standard input
  public static byte[] single(String file) throws IOException {
    byte[] bytes;
    if (file.equals(STANDARD_INPUT)) {
      bytes = System.in.readNBytes(LayerConfigDecoder.MAX_BYTES + 1);
    } else {
      try (InputStream in = Files.newInputStream(Path.of(file))) {
        bytes = in.readNBytes(LayerConfigDecoder.MAX_BYTES + 1);
      }
    }
    if (bytes.length > LayerConfigDecoder.MAX_BYTES) {
      throw new IOException("longer than %d bytes".formatted(LayerConfigDecoder.MAX_BYTES));
    }
    return bytes;
  }

  private static List<byte[]> records(InputStream in) throws IOException {
    Map<String, String> newest = new LinkedHashMap<>();
    long number = 0;
    for (byte[] line = line(in); line != null; line = line(in)) {
      number++;
      if (line.length > LONGEST_LINE) {
        throw new IOException("line %d is longer than %d bytes".formatted(number, LONGEST_LINE));
      }
      Config config = config(line);
      if (config != null) {
        newest.put(config.job(), config.json());
      }
      if (newest.size() > MOST_JOBS) {
        throw new IOException("records of more than %d jobs".formatted(MOST_JOBS));
      }
    }
    if (newest.isEmpty()) {
      throw new IllegalArgumentException("no layer config in its %d lines".formatted(number));
    }
    return newest.values().stream().map(json -> json.getBytes(StandardCharsets.UTF_8)).toList();
  }

  /// The next line without its end, cut one byte behind the longest; null at the end.
  private static byte @Nullable [] line(InputStream in) throws IOException {
    var line = new ByteArrayOutputStream();
    int next = in.read();
    if (next < 0) {
      return null;
    }
    while (next >= 0 && next != '\n' && line.size() <= LONGEST_LINE) {
      line.write(next);
      next = in.read();
    }
    return line.toByteArray();
  }

  private record Config(String job, String json) {}

  /// The config of a record; null for other records, and for a line that was cut off.
  private static @Nullable Config config(byte[] line) {
    String topic = "";
    String key = "";
    String value = null;
    try (JsonParser parser = JSON.createParser(line)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return null;
      }
      for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
        JsonToken token = parser.nextToken();
        switch (name) {
          case "topic" -> topic = parser.getValueAsString("");
          case "key" -> key = parser.getValueAsString("");
          case "value" -> value = token == JsonToken.VALUE_NULL ? null : copy(parser);
          default -> parser.skipChildren();
        }
      }
    } catch (IOException _) {
      return null;
    }
    return Topics.isLayerConfigs(topic) && value != null ? new Config(key, value) : null;
  }

  private static String copy(JsonParser parser) throws IOException {
    var text = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(text)) {
      json.copyCurrentStructure(parser);
    }
    return text.toString();
  }
}

package dev.headroom.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import dev.headroom.wire.devicesample.DeviceSampleDecoder;
import dev.headroom.wire.jobsummary.JobSummaryDecoder;
import dev.headroom.wire.layerconfig.LayerConfigDecoder;
import dev.headroom.wire.memorysample.MemorySampleDecoder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Schemas and decoders agree on messages that are added to and never edited.
class GoldenMessagesTest {

  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  enum Kind {
    MEMORY_SAMPLE("memory-sample", "job"),
    DEVICE_SAMPLE("device-sample", "gpu"),
    JOB_SUMMARY("job-summary", "job"),
    LESSON("lesson", "job/run"),
    LAYER_CONFIG("layer-config", "job");

    private final String file;
    private final String key;

    /// @param key the fields that make the record's key
    Kind(String file, String key) {
      this.file = file;
      this.key = key;
    }

    Decoded decode(byte[] value) {
      byte[] record = key(value);
      return switch (this) {
        case MEMORY_SAMPLE -> new MemorySampleDecoder().decode(record, value);
        case DEVICE_SAMPLE -> new DeviceSampleDecoder().decode(record, value);
        case JOB_SUMMARY, LESSON -> new JobSummaryDecoder().decode(record, value);
        case LAYER_CONFIG -> new LayerConfigDecoder().decode(record, value);
      };
    }

    private byte[] key(byte[] value) {
      JsonNode tree = tree(new String(value, UTF_8));
      return Stream.of(key.split("/", -1))
          .map(field -> tree == null ? "" : tree.path(field).asText())
          .collect(Collectors.joining("/"))
          .getBytes(UTF_8);
    }

    JsonSchema schema() throws IOException {
      return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
          .getSchema(Files.readString(Path.of("src/main/resources/schema", file + ".json")));
    }

    List<String> lines(String of) throws IOException {
      return Files.readAllLines(Path.of("src/test/resources/messages", file, of));
    }
  }

  private static @Nullable JsonNode tree(String json) {
    try {
      return JSON.readTree(json);
    } catch (JsonProcessingException e) {
      return null;
    }
  }

  @ParameterizedTest
  @EnumSource
  void validMessagesPassTheSchemaAndTheDecoder(Kind kind) throws IOException {
    // Given
    JsonSchema schema = kind.schema();

    for (String message : kind.lines("valid.jsonl")) {
      // Then
      assertThat(schema.validate(tree(message))).as(message).isEmpty();
      assertThat(kind.decode(message.getBytes(UTF_8)))
          .as(message)
          .isNotInstanceOf(Decoded.Malformed.class);
    }
  }

  /// Each line: who refuses it (`schema`, then the decoder too; or only the `decoder`), its reason,
  /// the message.
  @ParameterizedTest
  @EnumSource
  void malformedMessagesHaveTheirReason(Kind kind) throws IOException {
    // Given
    JsonSchema schema = kind.schema();
    List<String> expected = kind.lines("malformed.tsv");

    // When
    var actual = new ArrayList<String>();
    for (String line : expected) {
      String message = line.split("\t", -1)[2];
      JsonNode tree = tree(message);
      boolean bySchema = tree == null || !schema.validate(tree).isEmpty();
      String reason =
          switch (kind.decode(message.getBytes(UTF_8))) {
            case Decoded.Malformed malformed -> malformed.reason();
            case Decoded.Event event -> event.toString();
            case Decoded.Config config -> config.toString();
            case Decoded.Taught taught -> taught.toString();
          };
      actual.add((bySchema ? "schema" : "decoder") + "\t" + reason + "\t" + message);
    }

    // Then
    assertThat(actual).isEqualTo(expected);
  }
}

package dev.headroom.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.wire.devicesample.DeviceSampleDecoder;
import dev.headroom.wire.layerconfig.LayerConfigDecoder;
import dev.headroom.wire.memorysample.MemorySampleDecoder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// What is too large for a file of golden messages, or is no text.
class HostileInputTest {

  private static final String SAMPLE =
      """
      {"schema":"headroom/memory-sample/1","job":"j","gpu":"g","time":"2026-11-23T21:00:00Z",\
      "process_used_bytes":1%s}""";

  @Test
  void lengthsAreBounded() {
    // Given
    byte[] sample = Arrays.copyOf(SAMPLE.formatted("").getBytes(UTF_8), 2 << 20);
    byte[] config = new byte[9 << 20];

    // Then
    assertThat(sample(sample)).isEqualTo("longer than 65536 bytes: 2097152");
    assertThat(config(config)).isEqualTo("longer than 8388608 bytes: 9437184");
    assertThat(new DeviceSampleDecoder().decode(new byte[] {'g'}, new byte[300_000]))
        .isEqualTo(new Decoded.Malformed("longer than 262144 bytes: 300000"));
  }

  @Test
  void layersAreBounded() {
    assertThat(config(layers(20_001, "relu", ""))).isEqualTo("layers > 20000");
    assertThat(config(layers(20_000, "relu", ""))).isEqualTo("an event");
  }

  @Test
  void tensorsThatFewBytesStandForAreBounded() {
    // Given
    String deep =
        ",\"input_size\":64,\"hidden_size\":32,\"num_layers\":1024,\"bidirectional\":true";

    // Then
    assertThat(config(layers(20_000, "lstm", deep)))
        .isEqualTo("layer l12: more than 100000 parameter tensors up to here");
  }

  @Test
  void bytesThatAreNoTextAreMalformed() {
    // Given
    byte[] bytes = SAMPLE.formatted(",\"host\":\"?\"").getBytes(UTF_8);
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = bytes[i] == '?' ? (byte) 0xC3 : bytes[i];
    }

    // Then
    assertThat(sample(bytes)).startsWith("not JSON: Invalid UTF-8");
  }

  @Test
  void aSampleHasAValueAndTheKeyOfItsJob() {
    // Given
    byte[] sample = SAMPLE.formatted("").getBytes(UTF_8);
    var decoder = new MemorySampleDecoder();

    // Then
    assertThat(decoder.decode(new byte[] {'j'}, null)).isEqualTo(new Decoded.Malformed("no value"));
    assertThat(decoder.decode(null, sample))
        .isEqualTo(new Decoded.Malformed("no key; it is the job"));
    assertThat(decoder.decode(new byte[] {'k'}, sample))
        .isEqualTo(new Decoded.Malformed("the key is not the job j"));
  }

  @Test
  void theAsyncApiPointsToSchemasThatAreThere() throws IOException {
    // Given
    Path folder = Path.of("src/main/resources/schema");

    // When
    List<String> references =
        Files.readAllLines(folder.resolve("asyncapi.yaml")).stream()
            .filter(line -> line.contains("$ref: './"))
            .map(line -> line.substring(line.indexOf("./") + 2, line.lastIndexOf('\'')))
            .toList();

    // Then
    assertThat(references)
        .containsExactly(
            "layer-config.json",
            "memory-sample.json",
            "device-sample.json",
            "job-summary.json",
            "lesson.json",
            "dead-letter-headers.json");
    assertThat(references).allSatisfy(name -> assertThat(folder.resolve(name)).exists());
  }

  private static byte[] layers(int count, String type, String attributes) {
    String layers =
        IntStream.range(0, count)
            .mapToObj(
                i ->
                    "{\"name\":\"l%d\",\"type\":\"%s\",\"inputs\":[\"x\"]%s}"
                        .formatted(i, type, attributes))
            .collect(Collectors.joining(","));
    return """
        {"schema":"headroom/layer-config/1","job":"j","batch_size":1,\
        "inputs":[{"name":"x","shape":[64]}],"layers":[%s]}"""
        .formatted(layers)
        .getBytes(UTF_8);
  }

  private static String sample(byte[] value) {
    return reason(new MemorySampleDecoder().decode(new byte[] {'j'}, value));
  }

  private static String config(byte[] value) {
    return reason(new LayerConfigDecoder().decode(new byte[] {'j'}, value));
  }

  private static String reason(Decoded decoded) {
    return switch (decoded) {
      case Decoded.Malformed malformed -> malformed.reason();
      case Decoded.Event _, Decoded.Config _, Decoded.Taught _ -> "an event";
    };
  }
}

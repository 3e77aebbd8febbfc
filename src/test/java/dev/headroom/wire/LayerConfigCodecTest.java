package dev.headroom.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.headroom.ledger.event.ConfigRemoved;
import dev.headroom.network.Layer;
import dev.headroom.network.LayerConfig;
import dev.headroom.network.Lifetimes;
import dev.headroom.network.Loss;
import dev.headroom.network.Network;
import dev.headroom.network.Undescribed;
import dev.headroom.network.operation.Linear;
import dev.headroom.network.setup.Framework;
import dev.headroom.network.setup.Optimizer;
import dev.headroom.network.setup.TrainingSetup;
import dev.headroom.network.tensor.DType;
import dev.headroom.network.tensor.Input;
import dev.headroom.network.tensor.TensorShape;
import dev.headroom.wire.layerconfig.LayerConfigDecoder;
import dev.headroom.wire.layerconfig.LayerConfigEncoder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class LayerConfigCodecTest {

  private static final Path NETWORKS = Path.of("src/test/resources/golden/networks");
  private static final ObjectMapper JSON = new ObjectMapper();

  static Stream<String> networks() throws IOException {
    try (Stream<Path> files = Files.list(NETWORKS)) {
      List<String> names =
          files
              .map(file -> file.getFileName().toString())
              .filter(name -> name.endsWith(".layer-config.json"))
              .map(name -> name.replace(".layer-config.json", ""))
              .sorted()
              .toList();
      assertThat(names).hasSize(48);
      return names.stream();
    }
  }

  @ParameterizedTest
  @MethodSource("networks")
  void aGoldenConfigHasTheParametersOfItsReferenceAndComesBackWhole(String name)
      throws IOException {
    // Given
    byte[] json = Files.readAllBytes(NETWORKS.resolve(name + ".layer-config.json"));
    JsonNode reference = JSON.readTree(NETWORKS.resolve(name + ".pytorch.json").toFile());

    // When
    LayerConfig config = LayerConfigDecoder.read(json);

    // Then
    var network = (Network) config.description();
    assertThat(parameters(network)).isEqualTo(reference.get("parameters").asLong());
    assertThat(bufferBytes(network)).isEqualTo(reference.get("buffer_bytes").asLong());
    assertThat(LayerConfigDecoder.read(LayerConfigEncoder.encode(config))).isEqualTo(config);
  }

  @ParameterizedTest
  @MethodSource("networks")
  void theSetUpOfEachReferenceRunIsReadAndComesBackWhole(String name) throws IOException {
    // Given
    var json = (ObjectNode) JSON.readTree(NETWORKS.resolve(name + ".layer-config.json").toFile());
    JsonNode reference = JSON.readTree(NETWORKS.resolve(name + ".pytorch.json").toFile());

    for (JsonNode run : reference.get("runs")) {
      // When
      var setup = (ObjectNode) run.get("setup");
      ObjectNode changed = json.deepCopy().setAll(setup);
      LayerConfig config = LayerConfigDecoder.read(JSON.writeValueAsBytes(changed));

      // Then
      assertThat(config.setup().batchSize()).isEqualTo(setup.get("batch_size").asInt());
      assertThat(config.setup().optimizer().kind().wireName())
          .isEqualTo(changed.at("/optimizer/type").asText());
      assertThat(config.setup().precision().autocast().wireName())
          .isEqualTo(setup.at("/precision/autocast").asText("float32"));
      assertThat(config.setup().checkpointing()).hasSize(setup.path("checkpointing").size());
      assertThat(LayerConfigDecoder.read(LayerConfigEncoder.encode(config))).isEqualTo(config);
    }
  }

  @Test
  void whatIsAbsentIsTheDefault() {
    // Given
    String json =
        """
        {"schema":"headroom/layer-config/1","job":"j","run":"1","batch_size":4,
         "inputs":[{"name":"x","shape":[3]}],
         "layers":[{"name":"f","type":"linear","inputs":["x"],"in_features":3,"out_features":2}]}\
        """;

    // When
    LayerConfig config = LayerConfigDecoder.read(json.getBytes(UTF_8));

    // Then
    assertThat(config)
        .isEqualTo(
            new LayerConfig(
                "j",
                "1",
                "",
                Framework.UNKNOWN,
                TrainingSetup.of(4, Optimizer.SGD),
                new Network(
                    List.of(new Input("x", TensorShape.of(3), DType.FLOAT32)),
                    List.of(Layer.of("f", List.of("x"), new Linear(3, 2, true))),
                    List.of("f"),
                    new Loss(Loss.Kind.CROSS_ENTROPY, List.of("f")),
                    Lifetimes.ASSUMED)));
  }

  @Test
  void aModelThatCouldNotBeDescribedSaysWhy() {
    // Given
    String json =
        """
        {"schema":"headroom/layer-config/1","job":"j","batch_size":4,"inputs":[],
         "unsupported":"pipeline parallel:\\nranks differ"}\
        """;

    // When
    LayerConfig config = LayerConfigDecoder.read(json.getBytes(UTF_8));

    // Then
    assertThat(config.description())
        .isEqualTo(new Undescribed("pipeline parallel:\\u000Aranks differ"));
    assertThat(LayerConfigDecoder.read(LayerConfigEncoder.encode(config))).isEqualTo(config);
  }

  @Test
  void aRecordIsItsConfig() throws IOException {
    // Given
    byte[] json = Files.readAllBytes(NETWORKS.resolve("resnet18.layer-config.json"));
    var decoder = new LayerConfigDecoder();

    // Then
    assertThat(decoder.decode("resnet18".getBytes(UTF_8), json))
        .isEqualTo(new Decoded.Config(LayerConfigDecoder.read(json)));
    assertThat(decoder.decode("resnet19".getBytes(UTF_8), json))
        .isEqualTo(new Decoded.Malformed("the key is not the job resnet18"));
  }

  @Test
  void theSameConfigHasTheSameContentHoweverItIsWritten() {
    // Given
    String one =
        """
        {"schema":"headroom/layer-config/1","job":"j","batch_size":4,"inputs":[],"unsupported":"u"}\
        """;
    String same =
        """
        {"unsupported":"u","inputs":[], "batch_size":4,"mode":"training","ignored":{"a":[1]},
         "job":"j","schema":"headroom/layer-config/1"}\
        """;
    String other = one.replace("4", "5");
    String named = one.replace("\"batch_size\"", "\"run\":\"1\",\"batch_size\"");

    // Then
    assertThat(content(one))
        .matches("[0-9a-f]{32}")
        .isEqualTo(content(same))
        .isNotEqualTo(content(other))
        .isNotEqualTo(content(named));
    assertThat(LayerConfigDecoder.read(one.getBytes(UTF_8)).run()).isNull();
  }

  @Test
  void aTombstoneEndsTheRegistration() {
    // Given
    var decoder = new LayerConfigDecoder();

    // Then
    assertThat(decoder.decode("j".getBytes(UTF_8), null))
        .isEqualTo(new Decoded.Event(new ConfigRemoved("j")));
    assertThat(decoder.decode(null, null))
        .isEqualTo(new Decoded.Malformed("neither key nor value"));
  }

  @Test
  void aReasonNamesTheLayer() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                content(
                    """
                    {"schema":"headroom/layer-config/1","job":"j","batch_size":4,"inputs":[],
                     "layers":[{"name":"block.conv","type":"warp","inputs":[]}]}\
                    """))
        .withMessage("layer block.conv: type is unknown: warp");
  }

  private static String content(String json) {
    return LayerConfigEncoder.content(LayerConfigDecoder.read(json.getBytes(UTF_8)));
  }

  private static long parameters(Network network) {
    return owners(network)
        .flatMap(layer -> layer.ownParameters().stream())
        .mapToLong(TensorShape::elements)
        .sum();
  }

  private static long bufferBytes(Network network) {
    return owners(network)
        .flatMap(layer -> layer.operation().buffers().stream())
        .mapToLong(buffer -> buffer.shape().elements() * buffer.dtype().bytes())
        .sum();
  }

  private static Stream<Layer> owners(Network network) {
    return network.layers().stream().filter(layer -> layer.traits().shares().isEmpty());
  }
}

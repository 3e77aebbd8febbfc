package dev.headroom.wire.layerconfig;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headroom.network.Layer;
import dev.headroom.network.LayerConfig;
import dev.headroom.network.Lifetimes;
import dev.headroom.network.Loss;
import dev.headroom.network.Network;
import dev.headroom.network.Undescribed;
import dev.headroom.network.operation.Linear;
import dev.headroom.network.setup.Framework;
import dev.headroom.network.tensor.DType;
import dev.headroom.network.tensor.Input;
import dev.headroom.network.tensor.TensorShape;
import dev.headroom.wire.GoldenMessages;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class LayerConfigDecoderTest {

  static final String WHOLE =
      """
      {"schema":"headroom/layer-config/1","job":"j","run":"r","model":"m",\
      "framework":{"name":"pytorch","version":"2.15.0","cuda":"13.0"},"mode":"training",\
      "batch_size":4,"precision":{"parameters":"float64"},"optimizer":{"type":"sgd",\
      "momentum":0.0,"nesterov":false,"amsgrad":false,"centered":false,\
      "implementation":"foreach"},"gradients":{"set_to_none":true,"accumulation_steps":1},\
      "parallelism":{"strategy":"none","world_size":1,"gradient_as_bucket_view":false},\
      "inputs":[{"name":"x","shape":[3,8],"dtype":"int32","dynamic":["n",null]},\
      {"name":"y","shape":[8],"dtype":"float64"}],"lifetimes":"observed","layers":[\
      {"name":"a","inputs":["y"],"type":"linear","in_features":8,"out_features":5,"bias":false},\
      {"name":"b","inputs":["y"],"type":"linear","in_features":8,"out_features":2,"bias":true}],\
      "outputs":["a","b"],"loss":{"type":"mse","inputs":["b"]}}""";

  static Stream<GoldenMessages.Refused> refused() {
    return GoldenMessages.refused("layer-config");
  }

  static Stream<String> valid() {
    return GoldenMessages.valid("layer-config");
  }

  @Test
  void readsEveryField() {
    LayerConfig config = read(WHOLE);
    assertThat(config.job()).isEqualTo("j");
    assertThat(config.run()).isEqualTo("r");
    assertThat(config.model()).isEqualTo("m");
    assertThat(config.framework()).isEqualTo(new Framework("pytorch", "2.15.0", "13.0"));
    assertThat(config.setup().batchSize()).isEqualTo(4);
    assertThat(config.description())
        .isEqualTo(
            new Network(
                List.of(
                    new Input("x", TensorShape.of(3, 8), DType.INT32, List.of("n", "")),
                    new Input("y", TensorShape.of(8), DType.FLOAT64)),
                List.of(
                    Layer.of("a", List.of("y"), new Linear(8, 5, false)),
                    Layer.of("b", List.of("y"), new Linear(8, 2, true))),
                List.of("a", "b"),
                new Loss(Loss.Kind.MSE, List.of("b")),
                Lifetimes.OBSERVED));
  }

  @Test
  void whatIsNotSaidIsTheContractsDefault() {
    LayerConfig config =
        read(
            """
            {"schema": "headroom/layer-config/1", "job": "j", "batch_size": 1, "model": null,
             "inputs": [{"name": "x", "shape": [8]}], "colour": {"of": ["nothing"]},
             "layers": [{"name": "a", "type": "linear", "inputs": ["x"],
                         "in_features": 8, "out_features": 2}]}
            """);
    assertThat(config.model()).isEmpty();
    assertThat(config.framework()).isEqualTo(Framework.UNKNOWN);
    assertThat(config.run()).isNull();
    Network network = (Network) config.description();
    assertThat(network.inputs().getFirst().dtype()).isEqualTo(DType.FLOAT32);
    assertThat(network.outputs()).containsExactly("a");
    assertThat(network.loss()).isEqualTo(new Loss(Loss.Kind.CROSS_ENTROPY, List.of("a")));
    assertThat(network.lifetimes()).isEqualTo(Lifetimes.ASSUMED);
  }

  @Test
  void saysWhyAModelIsNotDescribed() {
    String undescribed =
        """
        {"schema": "headroom/layer-config/1", "job": "j", "batch_size": 1, "inputs": [],
         "unsupported": "dynamic control flow" %s}
        """;
    assertThat(read(undescribed.formatted("")).description())
        .isEqualTo(new Undescribed("dynamic control flow"));
    assertThatThrownBy(() -> read(undescribed.formatted(", \"layers\": []")))
        .hasMessage("both layers and unsupported");
  }

  @Test
  void refusesEachFieldThatIsMissing() {
    for (String field : List.of("schema", "job", "inputs", "layers", "batch_size")) {
      assertThatThrownBy(() -> read(WHOLE.replaceFirst('"' + field + '"', "\"other\"")))
          .hasMessage(field + " is missing");
    }
    assertThatThrownBy(() -> read(WHOLE.replace("\"name\":\"x\"", "\"n\":1")))
        .hasMessage("inputs.name is missing");
    assertThatThrownBy(() -> read(WHOLE.replace("\"shape\":[3,8]", "\"n\":1")))
        .hasMessage("inputs.shape is missing");
  }

  @Test
  void listsAreBounded() {
    String input = "{\"name\":\"x%d\",\"shape\":[1]},";
    var inputs = new StringBuilder();
    for (int i = 0; i < 1022; i++) {
      inputs.append(input.formatted(i));
    }
    String start = "\"inputs\":[{\"name\":\"x";
    assertThat(
            read(WHOLE.replace(
                    "\"inputs\":[{\"name\":\"x", "\"inputs\":[" + inputs + "{\"name\":\"x"))
                .job())
        .isEqualTo("j");
    assertThatThrownBy(
            () ->
                read(
                    WHOLE.replace(
                        start, "\"inputs\":[" + inputs + input.formatted(-1) + "{\"name\":\"x")))
        .hasMessage("inputs > 1024");
    assertThatThrownBy(() -> read(WHOLE.replace("[3,8]", "[" + "1,".repeat(64) + "1]")))
        .hasMessage("inputs.shape has more than 64 dimensions");
  }

  @ParameterizedTest
  @MethodSource("refused")
  void saysWhyItRefuses(GoldenMessages.Refused it) {
    assertThatThrownBy(() -> read(it.message())).hasMessage(it.reason());
  }

  /// But for the attributes that nobody knows: those have no value that could be written.
  @ParameterizedTest
  @MethodSource("valid")
  void readsWhatItWrote(String message) {
    LayerConfig config = read(message);
    assertThat(LayerConfigDecoder.read(LayerConfigEncoder.encode(config)))
        .usingRecursiveComparison()
        .ignoringFieldsMatchingRegexes(".*\\.unknown")
        .isEqualTo(config);
  }

  private static LayerConfig read(String json) {
    return LayerConfigDecoder.read(json.getBytes(UTF_8));
  }
}

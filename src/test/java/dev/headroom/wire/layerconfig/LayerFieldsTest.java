package dev.headroom.wire.layerconfig;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headroom.network.Layer;
import dev.headroom.network.operation.Leaf;
import dev.headroom.network.operation.Linear;
import dev.headroom.network.tensor.DType;
import dev.headroom.network.tensor.Polynomial;
import dev.headroom.wire.json.MalformedException;
import dev.headroom.wire.json.MessageReader;
import dev.headroom.wire.json.StringPool;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LayerFieldsTest {

  private static final String LINEAR =
      "'name': 'a', 'type': 'linear', 'inputs': ['x'], 'in_features': 8, 'out_features': 2";

  @Test
  void readEveryTrait() throws MalformedException {
    Layer layer =
        read(
            LINEAR
                + ", 'shares': 's', 'weight': 'w', 'bias_from': 'b', 'held_until': 'h', 'call':"
                + " 'c', 'trainable': false, 'training_only': true, 'autocast': false,"
                + " 'held_in_evaluation': true, 'held_in_training': true, 'requires_grad': false, 'batched': true, 'dtype':"
                + " 'float64', 'placed': 0, 'stepped': 2147483647, 'dynamic': {'shape': [[{'of':"
                + " ['n']}]]}, 'unknown': [{}], 'bias': null");
    assertThat(layer)
        .isEqualTo(
            new Layer(
                "a",
                List.of("x"),
                new Linear(8, 2, true),
                Layer.Traits.builder()
                    .shares("s")
                    .weight("w")
                    .biasFrom("b")
                    .heldUntil("h")
                    .call("c")
                    .trainable(false)
                    .trainingOnly(true)
                    .autocast(false)
                    .heldInEvaluation(true)
                    .heldInTraining(true)
                    .requiresGrad(false)
                    .batched(Layer.Growth.BATCHED)
                    .dtype(DType.FLOAT64)
                    .placed(0)
                    .stepped(Integer.MAX_VALUE)
                    .unknown(List.of("unknown"))
                    .dynamic(
                        Map.of(
                            "shape",
                            List.of(
                                new Polynomial(List.of(new Polynomial.Term(List.of("n"), 1, 1))))))
                    .build()));
  }

  @Test
  void whatIsNotSaidIsNoTrait() throws MalformedException {
    assertThat(read(LINEAR)).isEqualTo(Layer.of("a", List.of("x"), new Linear(8, 2, true)));
    assertThat(read(LINEAR + ", 'batched': false").traits().batched())
        .isEqualTo(Layer.Growth.FIXED);
    assertThat(((Leaf) read("'name': 'a', 'type': 'buffer', 'shape': [1]").operation()).dtype())
        .isEqualTo(DType.BFLOAT16);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "'type': 'linear' | layer 7: name is missing",
        "'name': 'a' | layer a: type is missing",
        "'name': 'a', 'type': 'x' | layer a: type is unknown: x",
        "'name': 'a', 'inputs': 1 | layer a: inputs is not an array",
        "'name': 'a', 'inputs': [''] | layer a: inputs is not 1 to 512 printable characters:",
        "'name': 'a', 'placed': -1 | layer a: placed < 0: -1",
        "'name': 'a', 'placed': 2147483648 | layer a: placed is no place: 2147483648",
        "'name': 'a', 'shares': '' | layer a: shares is not 1 to 512 printable characters:",
        "'name': 'a', 'dtype': 'x' | layer a: dtype is unknown: x",
        "'name': 'a', 'type': 'linear', 'in_features': 0, 'out_features': 1 | layer a:"
            + " in_features < 1: 0"
      })
  void refuseByTheLayersName(String fields, String why) {
    assertThatThrownBy(() -> read(fields)).hasMessageStartingWith(why);
  }

  @Test
  void namesAreBounded() throws MalformedException {
    String name = "'x',";
    assertThat(read(LINEAR.replace("'x'", name.repeat(19_999) + "'x'")).inputs()).hasSize(20_000);
    assertThatThrownBy(() -> read(LINEAR.replace("'x'", name.repeat(20_000) + "'x'")))
        .hasMessage("layer a: inputs has more than 20000 names");
  }

  private static Layer read(String fields) throws MalformedException {
    String json = "{'layer': {%s}}".formatted(fields).replace('\'', '"');
    return MessageReader.read(
            json.getBytes(UTF_8),
            1 << 20,
            new StringPool(4),
            in -> {
              in.nextField();
              LayerFields layer = new LayerFields().read(7, in);
              assertThat(in.nextField()).isNull();
              return layer;
            })
        .layer(DType.BFLOAT16);
  }
}

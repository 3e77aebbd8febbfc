package dev.headroom.wire.layerconfig;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headroom.network.operation.Attention;
import dev.headroom.network.tensor.DType;
import dev.headroom.network.tensor.TensorShape;
import dev.headroom.wire.json.MalformedException;
import dev.headroom.wire.json.MessageReader;
import dev.headroom.wire.json.StringPool;
import java.util.List;
import org.junit.jupiter.api.Test;

class LayerAttributesTest {

  @Test
  void areReadAsWhatATypeAsksFor() throws MalformedException {
    LayerAttributes it =
        read(
            "'bias': true, 'operator': 'f', 'dropout_p': 0.5, 'scale_factor': [1.5, 2],"
                + " 'groups': 3, 'stride': [1, 2], 'dim': -1, 'shape': [], 'backend': 'math',"
                + " 'padding': [1, [2, 3]], 'parameters': 5000000000, 'unknown': {}");
    assertThat(it.has("bias")).isTrue();
    assertThat(it.has("unknown")).isFalse();
    assertThat(it.bool("bias", false)).isTrue();
    assertThat(it.bool("affine", true)).isTrue();
    assertThat(it.bool("affine", false)).isFalse();
    assertThat(it.string("operator")).isEqualTo("f");
    assertThat(it.number("dropout_p", 0)).isEqualTo(0.5);
    assertThat(it.number("p", 0.25)).isEqualTo(0.25);
    assertThat(it.numbers("scale_factor")).containsExactly(1.5, 2.0);
    assertThat(it.numbers("dropout_p")).containsExactly(0.5);
    assertThat(it.numbers("p")).isEmpty();
    assertThat(it.integer("groups")).isEqualTo(3);
    assertThat(it.integer("dim")).isEqualTo(-1);
    assertThat(it.integer("none", 4)).isEqualTo(4);
    assertThat(it.integer("groups", 4)).isEqualTo(3);
    assertThat(it.longInteger("parameters")).isEqualTo(5_000_000_000L);
    assertThat(it.longInteger("none", 6)).isEqualTo(6);
    assertThat(it.longInteger("groups", 6)).isEqualTo(3);
    assertThat(it.integers("stride")).containsExactly(1, 2);
    assertThat(it.integers("groups")).containsExactly(3);
    assertThat(it.integers("none", List.of(7))).containsExactly(7);
    assertThat(it.integers("stride", List.of(7))).containsExactly(1, 2);
    assertThat(it.integers("none", 2, 8)).containsExactly(8, 8);
    assertThat(it.shape("stride")).isEqualTo(TensorShape.of(1, 2));
    assertThat(it.shape("shape")).isEqualTo(TensorShape.of());
    assertThat(it.shapeOrNone("none")).isEqualTo(TensorShape.of());
    assertThat(it.shapeOrNone("stride")).isEqualTo(TensorShape.of(1, 2));
    assertThat(it.oneOf("backend", Attention.Backend.values(), Attention.Backend::wireName))
        .isEqualTo(Attention.Backend.MATH);
    assertThat(it.pairs("padding", 2)).containsExactly(List.of(1, 1), List.of(2, 3));
    assertThat(it.pairs("none", 2)).containsExactly(List.of(0, 0), List.of(0, 0));
    it.dtype(DType.FLOAT16);
    assertThat(it.dtype()).isEqualTo(DType.FLOAT16);
  }

  @Test
  void aWordMayStandForNumbers() throws MalformedException {
    assertThat(read("'padding': 'same'").is("padding", "same")).isTrue();
    assertThat(read("'padding': 'valid'").is("padding", "same")).isFalse();
    assertThat(read("'padding': 1").is("padding", "same")).isFalse();
  }

  @Test
  void refuseByName() throws MalformedException {
    LayerAttributes it =
        read(
            "'padding': [[1, 2, 3]], 'stride': 'same', 'groups': 2147483648, 'kernel_size': [[1,"
                + " 2]], 'dilation': [1, 'x'], 'dim': 1".replace("'dilation': [1, 'x'], ", ""));
    assertThatThrownBy(() -> it.string("operator")).hasMessage("operator is missing");
    assertThatThrownBy(() -> it.integer("in_features")).hasMessage("in_features is missing");
    assertThatThrownBy(() -> it.integer("groups")).hasMessage("groups is too large: 2147483648");
    assertThatThrownBy(() -> it.longInteger("stride")).hasMessage("stride is not a whole number");
    assertThatThrownBy(() -> it.integers("stride"))
        .hasMessage("stride is not a list of whole numbers");
    assertThatThrownBy(() -> it.integers("kernel_size"))
        .hasMessage("kernel_size is not a list of whole numbers");
    assertThatThrownBy(() -> it.pairs("padding", 1))
        .hasMessage("padding is not a list of numbers or pairs");
    assertThatThrownBy(() -> it.pairs("dim", 1)).hasMessage("dim is not a list");
    assertThatThrownBy(() -> it.number("stride", 0)).hasMessage("stride is not a number");
    assertThatThrownBy(() -> it.numbers("stride")).hasMessage("stride is not a list of numbers");
    assertThatThrownBy(
            () -> it.oneOf("stride", Attention.Backend.values(), Attention.Backend::wireName))
        .hasMessage("stride is unknown: same");
  }

  @Test
  void listsAreBounded() throws MalformedException {
    String most = "1,".repeat(1023) + "1";
    assertThat(read("'stride': [" + most + "]").integers("stride")).hasSize(1024);
    assertThat(read("'scale_factor': [" + most + "]").numbers("scale_factor")).hasSize(1024);
    for (String more :
        List.of(
            "'stride': [" + most + ",1]",
            "'stride': [[" + most + ",1]]",
            "'scale_factor': [" + most + ",1]")) {
      assertThatThrownBy(() -> read(more)).hasMessageEndingWith("has more than 1024 numbers");
    }
  }

  private static LayerAttributes read(String fields) throws MalformedException {
    String json = "{%s}".formatted(fields).replace('\'', '"');
    return MessageReader.read(
        json.getBytes(UTF_8),
        1 << 16,
        new StringPool(4),
        in -> {
          var attributes = new LayerAttributes();
          for (String f = in.nextField(); f != null; f = in.nextField()) {
            attributes.take(f, in);
          }
          return attributes;
        });
  }
}

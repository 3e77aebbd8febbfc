package dev.headroom.wire.layerconfig;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.network.operation.Attention;
import dev.headroom.network.operation.Convolution;
import dev.headroom.network.operation.Leaf;
import dev.headroom.network.operation.Operation;
import dev.headroom.network.operation.PaddingMode;
import dev.headroom.network.operation.Upsample;
import dev.headroom.network.tensor.DType;
import dev.headroom.network.tensor.TensorShape;
import dev.headroom.wire.json.MessageWriter;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Each kind of attribute, beside the type that it belongs to.
class OperationEncoderTest {

  @Test
  void writesTypeAndAttributes() {
    assertThat(write(new Attention(1, 2, 3, 4, Attention.Backend.MATH, 0.5, true)))
        .isEqualTo(
            """
            {"type":"scaled_dot_product_attention","num_heads":1,"query_length":2,"key_length":3,\
            "head_dim":4,"backend":"math","dropout_p":0.5,"is_causal":true}""");
    assertThat(write(new Upsample(List.of(1.5, 2.0), List.of())))
        .isEqualTo("{\"type\":\"upsample\",\"scale_factor\":[1.5,2.0]}");
    assertThat(write(new Leaf(Leaf.Kind.BUFFER, TensorShape.of(3, 4), DType.INT8)))
        .isEqualTo("{\"type\":\"buffer\",\"shape\":[3,4]}");
    List<Integer> one = List.of(1);
    assertThat(
            write(
                new Convolution(
                    true,
                    2,
                    4,
                    List.of(3),
                    one,
                    List.of(5),
                    one,
                    List.of(0),
                    2,
                    false,
                    true,
                    PaddingMode.CONSTANT)))
        .isEqualTo(
            """
            {"type":"conv_transpose1d","in_channels":2,"out_channels":4,"kernel_size":[3],\
            "stride":[1],"padding":[[0,5]],"dilation":[1],"output_padding":[0],"groups":2,\
            "bias":false}""");
  }

  private static String write(Operation operation) {
    return new String(MessageWriter.write(out -> OperationEncoder.write(operation, out)), UTF_8);
  }
}

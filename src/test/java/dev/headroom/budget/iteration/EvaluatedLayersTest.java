package dev.headroom.budget.iteration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.budget.PyTorchRuns;
import dev.headroom.budget.model.LayerIndex;
import dev.headroom.network.Layer;
import dev.headroom.network.operation.Contiguous;
import dev.headroom.network.operation.Dropout;
import dev.headroom.network.operation.Leaf;
import dev.headroom.network.tensor.DType;
import dev.headroom.network.tensor.TensorShape;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What evaluation does without.
class EvaluatedLayersTest {

  private static final Dropout DROPOUT = new Dropout(0.5, false);

  @ParameterizedTest
  @ValueSource(strings = {"TextTransformer"})
  void isAsInPyTorch(String network) {
    PyTorchRuns.assertEqualFor(network);
  }

  @Test
  void dropoutGoesWithTheLayerOfTrainingThatItFollows() {
    // Given
    List<Layer> layers =
        List.of(
            new Layer(
                "aux", List.of("x"), DROPOUT, Layer.Traits.builder().trainingOnly(true).build()),
            Layer.of("behind", List.of("aux"), DROPOUT),
            Layer.of("behind.it", List.of("behind"), DROPOUT),
            Layer.of("other", List.of("x"), DROPOUT),
            Layer.of("kept", List.of("aux"), new Contiguous()),
            Layer.of("leaf", List.of(), leaf()));

    // Then
    assertThat(EvaluatedLayers.leftOut(layers, new LayerIndex(layers)))
        .containsExactly(true, true, true, false, false, false);
  }

  @Test
  void oneOperatorTakesThePlaceOfTheLayersWithinAnAttention() {
    // Given
    List<Layer> layers =
        List.of(
            Layer.of("block.attn.in_proj_bias", List.of(), leaf()),
            Layer.of("block.attn.in_proj_weight", List.of(), leaf()),
            Layer.of("block.attn.copy", List.of("x"), new Contiguous()),
            Layer.of("block.attn.drop", List.of("x"), DROPOUT),
            Layer.of("block.attn", List.of("x"), DROPOUT),
            Layer.of("block.copy", List.of("x"), new Contiguous()),
            Layer.of("copy", List.of("x"), new Contiguous()),
            Layer.of("own.in_proj_bias", List.of("x"), new Contiguous()),
            Layer.of("own.copy", List.of("x"), new Contiguous()));

    // Then
    assertThat(EvaluatedLayers.spared(layers))
        .containsExactlyInAnyOrder("block.attn.copy", "block.attn");
  }

  private static Leaf leaf() {
    return new Leaf(Leaf.Kind.PARAMETER, TensorShape.of(3), DType.FLOAT32);
  }
}

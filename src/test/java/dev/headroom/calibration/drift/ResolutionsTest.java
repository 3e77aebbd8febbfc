package dev.headroom.calibration.drift;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.network.Layer;
import dev.headroom.network.LayerConfig;
import dev.headroom.network.Network;
import dev.headroom.network.operation.View;
import dev.headroom.network.tensor.TensorShape;
import dev.headroom.plan.GoldenConfigs;
import java.util.List;
import org.junit.jupiter.api.Test;

class ResolutionsTest {

  private static final LayerConfig RESNET = GoldenConfigs.of("resnet18");

  @Test
  void anImageModelIsTheSameWithImagesOfOtherSizes() {
    // When
    List<Resolutions.Changed> all = Resolutions.of(RESNET, network(RESNET));

    // Then
    assertThat(all).hasSize(30);
    assertThat(all)
        .extracting(Resolutions.Changed::words)
        .startsWith("inputs of 96×96 (declared 224×224)", "inputs of 112×112 (declared 224×224)")
        .endsWith("inputs of 1024×1024 (declared 224×224)")
        .doesNotContain("inputs of 224×224 (declared 224×224)");
    LayerConfig doubled =
        all.stream()
            .filter(it -> it.words().startsWith("inputs of 448"))
            .findFirst()
            .orElseThrow()
            .config();
    assertThat(doubled.setup()).isEqualTo(RESNET.setup());
    assertThat(doubled.job()).isEqualTo(RESNET.job());
    assertThat(network(doubled).inputs().getFirst().shape()).isEqualTo(TensorShape.of(3, 448, 448));
    assertThat(shape(doubled, "layer1.0.conv1"))
        .isEqualTo(shape(RESNET, "layer1.0.conv1").with(1, 112).with(2, 112));
    assertThat(shape(doubled, "fc")).isEqualTo(shape(RESNET, "fc"));
  }

  @Test
  void viewsNameThePlacesThatThereAreNow() {
    // Given: channels are put last and first again around each norm
    LayerConfig convnext = GoldenConfigs.of("convnext_tiny");

    // When
    LayerConfig doubled =
        Resolutions.of(convnext, network(convnext)).stream()
            .filter(it -> it.words().startsWith("inputs of 448"))
            .findFirst()
            .orElseThrow()
            .config();

    // Then each view has as many places a side as there are
    int views = 0;
    for (Layer layer : network(doubled).layers()) {
      if (layer.operation() instanceof View(View.Kind kind, TensorShape shape)
          && kind == View.Kind.PERMUTE) {
        views += shape.elements() == 4 * shape(convnext, layer.name()).elements() ? 1 : 0;
        assertThat(shape.elements())
            .isEqualTo(network(doubled).value(layer.inputs().getFirst()).shape().elements());
      }
    }
    assertThat(views).isGreaterThan(10);
  }

  @Test
  void whereAWeightFitsOneSizeOnlyThereIsNoOther() {
    LayerConfig vit = GoldenConfigs.of("vit_b_16");
    assertThat(Resolutions.of(vit, network(vit))).isEmpty();
  }

  private static TensorShape shape(LayerConfig config, String layer) {
    return network(config).value(layer).shape();
  }

  private static Network network(LayerConfig config) {
    return (Network) config.description();
  }
}

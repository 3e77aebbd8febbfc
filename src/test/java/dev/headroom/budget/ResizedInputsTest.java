package dev.headroom.budget;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headroom.budget.device.KnownOverheads;
import dev.headroom.budget.whatif.WhatIf;
import dev.headroom.network.LayerConfig;
import dev.headroom.network.Network;
import dev.headroom.wire.layerconfig.LayerConfigDecoder;
import dev.headroom.wire.layerconfig.LayerConfigEncoder;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Another image size, another sequence length.
class ResizedInputsTest {

  /// Patches of 4×4 and a class token over an image of 8×8; attention with one head.
  private static final String PATCHES =
      """
      {"schema":"headroom/layer-config/1","job":"j","batch_size":2,"lifetimes":"observed",
       "inputs":[{"name":"x","shape":[3,8,8]%s}],
       "layers":[
        {"name":"patch","type":"conv2d","inputs":["x"],"in_channels":3,"out_channels":16,
         "kernel_size":[4,4],"stride":[4,4]},
        {"name":"tokens","type":"permute","inputs":["patch"],"shape":[4,16]%s},
        {"name":"attention","type":"scaled_dot_product_attention",
         "inputs":["tokens","tokens","tokens"],"backend":"efficient","num_heads":1,
         "query_length":4,"key_length":4,"head_dim":16%s},
        {"name":"pool","type":"mean","inputs":["attention"],"dim":[1]},
        {"name":"fc","type":"linear","inputs":["pool"],"in_features":16,"out_features":10}]}
      """;

  private static final String PATCH_COUNT = "[{\"of\":[\"height\",\"width\"],\"over\":16}]";

  @Test
  void layersFollowAsTheConfigSays() {
    // Given
    LayerConfig config = said();
    // When
    LayerConfig larger = resized(config, "3x16x8");
    // Then
    var network = (Network) larger.description();
    assertThat(network.value("tokens").shape().extents()).containsExactly(8L, 16L);
    assertThat(new Predictor(new KnownOverheads()).predict(larger)).isInstanceOf(Budget.class);
    assertThat(LayerConfigDecoder.read(LayerConfigEncoder.encode(config))).isEqualTo(config);
  }

  @Test
  void sizesThatDoNotComeOutWholeAreRefused() {
    assertThatThrownBy(() -> resized(said(), "3x9x9"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("layer tokens does not follow");
  }

  @Test
  void extentsThatAreFixedStay() {
    assertThatThrownBy(() -> resized(said(), "1x8x8"))
        .hasMessage("extent 0 of input x is fixed: 1");
  }

  @Test
  void configsThatDoNotSayItCannotAnswer() {
    // Given
    LayerConfig config = read(PATCHES.formatted("", "", ""));
    // Then
    assertThatThrownBy(() -> resized(config, "3x16x16"))
        .hasMessageStartingWith(
            "the config does not say how its layers follow the input (dynamic)");
  }

  @Test
  void convolutionalNetworksFollowByThemselves() {
    // Given
    LayerConfig config = GoldenReferences.config("resnet18");
    // When
    LayerConfig larger = resized(config, "3x448x448");
    // Then
    var network = (Network) larger.description();
    assertThat(network.value("conv1").shape().extents()).containsExactly(64L, 224L, 224L);
  }

  private static LayerConfig said() {
    return read(
        PATCHES.formatted(
            ",\"dynamic\":[null,\"height\",\"width\"]",
            ",\"dynamic\":{\"shape\":[%s,null]}".formatted(PATCH_COUNT),
            ",\"dynamic\":{\"query_length\":%s,\"key_length\":%s}"
                .formatted(PATCH_COUNT, PATCH_COUNT)));
  }

  private static LayerConfig read(String json) {
    return LayerConfigDecoder.read(json.getBytes(UTF_8));
  }

  private static LayerConfig resized(LayerConfig config, String shape) {
    return new WhatIf(null, null, null, null, null, List.of(shape)).applied(config);
  }
}

package dev.headroom.wire.layerconfig;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.network.LayerConfig;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LayerConfigEncoderTest {

  /// All that the other message leaves out, with every trait of a layer.
  private static final String RICH =
      """
      {"schema":"headroom/layer-config/1","job":"j","run":"r","mode":"inference","batch_size":4,\
      "precision":{"parameters":"float32","autocast":"bfloat16"},"optimizer":{"type":"adamw",\
      "momentum":0.5,"weight_decay":0.25,"nesterov":true,"amsgrad":true,"centered":true,\
      "implementation":"for_loop"},"gradients":{"set_to_none":false,"accumulation_steps":3},\
      "parallelism":{"strategy":"fsdp","world_size":8,"gradient_as_bucket_view":true,\
      "wrapped":["h"],"reshard_after_forward":false},"checkpointing":["h"],\
      "allocator":{"expandable_segments":true},"inputs":[{"name":"x","shape":[8],\
      "dtype":"float32"}],"lifetimes":"assumed","layers":[{"name":"w","inputs":[],\
      "type":"parameter","shape":[8,8],"trainable":false,"placed":3,"stepped":4},\
      {"name":"a","inputs":["x"],"type":"linear","in_features":8,"out_features":8,"bias":true,\
      "weight":"w","bias_from":"x","held_until":"b","call":"linear#1","training_only":true,\
      "autocast":false,"held_in_evaluation":true,"held_in_training":true,"requires_grad":false,\
      "batched":true,"dtype":"float16"},{"name":"b","inputs":["x"],"type":"linear","in_features":8,\
      "out_features":8,"bias":true,"shares":"a","batched":false}],"outputs":["b"],\
      "loss":{"type":"none","inputs":["b"]}}""";

  @Test
  void writesEveryField() {
    assertThat(again(LayerConfigDecoderTest.WHOLE)).isEqualTo(LayerConfigDecoderTest.WHOLE);
    assertThat(again(RICH)).isEqualTo(RICH);
  }

  @Test
  void writesWhyAModelIsNotDescribed() {
    String undescribed =
        LayerConfigDecoderTest.WHOLE.replaceAll(
            "\"inputs\":.*", "\"inputs\":[],\"unsupported\":\"why\"}");
    assertThat(again(undescribed)).isEqualTo(undescribed);
  }

  @Test
  void theContentTellsConfigsApart() {
    // Given
    LayerConfig config = LayerConfigDecoder.read(RICH.getBytes(UTF_8));
    // Then
    assertThat(LayerConfigEncoder.content(config)).hasSize(32);
    assertThat(LayerConfigEncoder.content(run(config, "s")))
        .isNotEqualTo(LayerConfigEncoder.content(config))
        .isEqualTo(LayerConfigEncoder.content(run(config, "s")));
    assertThat(LayerConfigEncoder.content(run(config, null)))
        .isNotEqualTo(LayerConfigEncoder.content(config));
  }

  private static LayerConfig run(LayerConfig config, @Nullable String run) {
    return new LayerConfig(
        config.job(),
        run,
        config.model(),
        config.framework(),
        config.setup(),
        config.description());
  }

  private static String again(String json) {
    return new String(
        LayerConfigEncoder.encode(LayerConfigDecoder.read(json.getBytes(UTF_8))), UTF_8);
  }
}

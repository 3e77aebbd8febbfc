package dev.headroom.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class TopicsTest {

  @Test
  void namesBeginAsTheEnvironmentSays() {
    assertThat(Topics.prefix(Map.of())).isEqualTo("headroom.");
    assertThat(Topics.prefix(Map.of("HEADROOM_TOPIC_PREFIX", ""))).isEqualTo("headroom.");
    assertThat(Topics.prefix(Map.of("HEADROOM_TOPIC_PREFIX", "ml.headroom-")))
        .isEqualTo("ml.headroom-");
  }

  @Test
  void whatKafkaRefusesIsSaidInASentence() {
    assertThat(Topics.fault(Map.of("HEADROOM_TOPIC_PREFIX", "ml.headroom-"))).isEmpty();
    assertThat(Topics.fault(Map.of("HEADROOM_TOPIC_PREFIX", "ml/headroom")))
        .contains("HEADROOM_TOPIC_PREFIX is not 1 to 200 of A-Za-z0-9._-: ml/headroom");
    assertThat(Topics.fault(Map.of("HEADROOM_TOPIC_PREFIX", "x".repeat(201)))).isPresent();
  }

  @Test
  void filesHaveTheNamesOfTheContract() {
    assertThat(Topics.isLayerConfigs("headroom.layer-configs")).isTrue();
    assertThat(Topics.isLayerConfigs("headroom.memory-samples")).isFalse();
  }
}

package dev.headroom.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LayerConfigTest {

  @Test
  void isWrittenInTheContractsForm() {
    // When
    LayerConfig config =
        LayerConfig.builder("cnn", 32)
            .run("2")
            .model("two \"layers\"")
            .framework("djl", "0.34.0")
            .precision("float32", null)
            .optimizer("sgd", Map.of("momentum", 0.9))
            .input("x", List.of(3L, 28L, 28L), "float32")
            .layer("fc", "linear", List.of("x"), Map.of("in_features", 28))
            .loss("cross_entropy", "fc")
            .build();

    // Then
    assertThat(config.json())
        .isEqualTo(
            "{\"schema\":\"headroom/layer-config/1\",\"job\":\"cnn\",\"batch_size\":32,\"run\":\"2\","
                + "\"model\":\"two \\\"layers\\\"\","
                + "\"framework\":{\"name\":\"djl\",\"version\":\"0.34.0\"},"
                + "\"precision\":{\"parameters\":\"float32\",\"autocast\":null},"
                + "\"optimizer\":{\"type\":\"sgd\",\"momentum\":0.9},"
                + "\"loss\":{\"type\":\"cross_entropy\",\"inputs\":[\"fc\"]},"
                + "\"inputs\":[{\"name\":\"x\",\"shape\":[3,28,28],\"dtype\":\"float32\"}],"
                + "\"layers\":[{\"name\":\"fc\",\"type\":\"linear\",\"inputs\":[\"x\"],"
                + "\"in_features\":28}]}");
  }

  @Test
  void oneThatCannotBeDescribedSaysWhyInPlaceOfItsLayers() {
    assertThat(LayerConfig.builder("cnn", 1).unsupported("a block of class X").build().json())
        .endsWith("\"inputs\":[],\"unsupported\":\"a block of class X\"}");
  }

  @Test
  void refusesAJobThatTheContractRefuses() {
    assertThatThrownBy(() -> LayerConfig.builder("two words", 1))
        .hasMessage("job is not 1 to 128 of A-Za-z0-9._:-: two words");
    assertThatThrownBy(() -> LayerConfig.builder("cnn", 0)).hasMessage("batch_size < 1: 0");
  }
}

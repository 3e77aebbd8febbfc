package dev.headroom.budget.reference;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.budget.GoldenReferences;
import dev.headroom.budget.model.LayerIndex;
import dev.headroom.network.Layer;
import dev.headroom.network.LayerConfig;
import dev.headroom.network.Network;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LayerKindsTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "resnet18 | conv1 | conv2d",
        "resnet18 | relu | relu inplace",
        "resnet18 | reshape | reshape of mean",
        "resnet18 | layer1.0.add | add inplace",
        "alexnet | reshape | reshape of adaptive_avg_pool"
      })
  void namesTypeAndWhatChangesItsRule(String network, String layer, String kind) {
    LayerConfig config = GoldenReferences.config(network);
    var described = (Network) config.description();
    var kinds = new LayerKinds(described, new LayerIndex(described.layers()));
    Map<String, String> all =
        described.layers().stream().collect(Collectors.toMap(Layer::name, kinds::of));
    assertThat(all).containsEntry(layer, kind);
  }
}

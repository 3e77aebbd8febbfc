package dev.headroom.network.operation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import dev.headroom.network.operation.OperationType.AttributeKind;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OperationTypeTest {

  @Test
  void hasItsAttributesInTheirOrder() {
    OperationType type =
        OperationType.named("f", Matmul.class)
            .strings("s", "t")
            .booleans("b")
            .numbers("n")
            .integers("i")
            .read(_ -> new Matmul());
    assertThat(type.name()).isEqualTo("f");
    assertThat(type.operation()).isEqualTo(Matmul.class);
    assertThat(type.attributes())
        .containsExactly(
            entry("s", AttributeKind.STRING),
            entry("t", AttributeKind.STRING),
            entry("b", AttributeKind.BOOLEAN),
            entry("n", AttributeKind.NUMBERS),
            entry("i", AttributeKind.INTEGERS));
  }

  @Test
  void keepsItsAttributesWhateverBecomesOfTheMap() {
    Map<String, AttributeKind> attributes = new HashMap<>(Map.of("s", AttributeKind.STRING));
    var type = new OperationType("f", Matmul.class, attributes, _ -> new Matmul());
    attributes.clear();
    assertThat(type.attributes()).containsOnlyKeys("s");
  }
}

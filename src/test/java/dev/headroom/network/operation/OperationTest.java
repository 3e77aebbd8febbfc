package dev.headroom.network.operation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class OperationTest {

  @Test
  void everyKindHasATypeOfAName() {
    assertThat(Operation.types())
        .extracting(OperationType::operation)
        .containsOnlyOnceElementsOf(List.of(Linear.class, Matmul.class, Opaque.class));
    List<String> kinds =
        Operation.types().stream().map(type -> type.operation().getName()).distinct().toList();
    assertThat(Operation.class.getPermittedSubclasses())
        .extracting(Class::getName)
        .containsExactlyInAnyOrderElementsOf(kinds);
    assertThat(Operation.types()).extracting(OperationType::name).doesNotHaveDuplicates();
  }

  @Test
  void takesOneInputAndHasNothingUnlessItSays() {
    var operation = new Activation(Activation.Kind.RELU, false);
    assertThat(operation.minInputs()).isEqualTo(1);
    assertThat(operation.maxInputs()).isEqualTo(1);
    assertThat(operation.parameters()).isEmpty();
    assertThat(operation.buffers()).isEmpty();
  }
}

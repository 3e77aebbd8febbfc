package dev.headroom.network.operation;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class OperationTest {

  @Test
  void everyKindHasATypeOfAName() {
    assertThat(Operation.types())
        .extracting(OperationType::operation)
        .containsOnlyOnceElementsOf(java.util.List.of(Linear.class, Matmul.class, Opaque.class));
    assertThat(Operation.types().stream().map(OperationType::operation).distinct())
        .containsExactlyInAnyOrder((Class[]) Operation.class.getPermittedSubclasses());
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

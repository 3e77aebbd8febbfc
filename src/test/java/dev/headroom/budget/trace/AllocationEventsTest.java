package dev.headroom.budget.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headroom.memory.Category;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class AllocationEventsTest {

  private final AllocationLog log = new AllocationLog();

  @Test
  void tellsAllocationsFromReleases() {
    // Given
    log.at(IterationPhase.FORWARD, 3);
    Storage one = log.allocate(100, Category.FEATURE_MAPS, false);
    Storage two = log.allocate(200, Category.ACTIVATIONS, true);
    log.at(IterationPhase.BACKWARD, 3);
    log.release(one);
    log.at(IterationPhase.BACKWARD, -1);
    log.release(two);
    // When
    AllocationEvents events = log.events(0, 2);
    // Then
    assertThat(events.size()).isEqualTo(4);
    assertThat(events.storages()).isEqualTo(2);
    assertThat(events.isAllocation(1)).isTrue();
    assertThat(events.isAllocation(2)).isFalse();
    assertThat(events.storageAt(2)).isSameAs(events.storageAt(0)).isSameAs(events.storage(0));
    assertThat(events.storageAt(3)).isSameAs(events.storage(1));
    assertThat(events.phaseAt(1)).isEqualTo(IterationPhase.FORWARD);
    assertThat(events.layerAt(1)).isEqualTo(3);
    assertThat(events.layerAt(3)).isEqualTo(-1);
    assertThat(events.isLastOfLayer(0)).isFalse();
    assertThat(events.isLastOfLayer(1)).isTrue();
    assertThat(events.isLastOfLayer(2)).isTrue();
    assertThat(events.isLastOfLayer(3)).isTrue();
  }

  @Test
  void staysAsItWasTaken() {
    // Given
    Storage storage = log.allocate(100, Category.FEATURE_MAPS, false);
    AllocationEvents before = log.events(0, 1);
    // When
    storage.markSaved();
    storage.becomes(Category.ACTIVATIONS);
    storage.writtenBy(9);
    log.release(storage);
    // Then
    assertThat(before.size()).isEqualTo(1);
    assertThat(before.storage(0))
        .isEqualTo(new AllocatedStorage(0, 100, Category.FEATURE_MAPS, -1, false, false));
    assertThat(log.events(0, 1).storage(0))
        .isEqualTo(new AllocatedStorage(0, 100, Category.ACTIVATIONS, 9, false, true));
  }

  @Test
  void sumsWhatWasSavedExactly() {
    log.allocate(100, Category.FEATURE_MAPS, false).markSaved();
    log.allocate(7, Category.FEATURE_MAPS, false);
    log.allocate(20, Category.FEATURE_MAPS, false).markSaved();
    assertThat(log.events(0, 3).savedBytes()).isEqualTo(120);
    // Given more than a long counts, never at once
    for (int i = 0; i < 2; i++) {
      Storage large = log.allocate(1L << 62, Category.FEATURE_MAPS, false);
      large.markSaved();
      log.release(large);
    }
    assertThatThrownBy(() -> log.events(0, 5).savedBytes()).isInstanceOf(ArithmeticException.class);
  }

  @Test
  void whatKernelsMakeForThemselvesComesAndGoesWhereItWasNoted() {
    // Given: one and another, before and between the backward pass's releases
    log.at(IterationPhase.FORWARD, 3);
    Storage one = log.allocate(100, Category.FEATURE_MAPS, false);
    log.at(IterationPhase.BACKWARD, 2);
    log.kernelTemporary(70);
    log.release(one);
    log.at(IterationPhase.BACKWARD, 1);
    log.kernelTemporary(30);
    // When
    AllocationEvents without = log.events(0, 1);
    AllocationEvents with = without.withKernelTemporaries();
    // Then
    assertThat(without.hasKernelTemporaries()).isTrue();
    assertThat(without.size()).isEqualTo(2);
    assertThat(with.hasKernelTemporaries()).isFalse();
    assertThat(IntStream.range(0, with.size()).mapToObj(i -> with.storageAt(i).bytes()))
        .containsExactly(100L, 70L, 70L, 100L, 30L, 30L);
    assertThat(IntStream.range(0, with.size()).mapToObj(with::isAllocation))
        .containsExactly(true, true, false, false, true, false);
    assertThat(IntStream.range(0, with.size()).mapToObj(with::layerAt))
        .containsExactly(3, 2, 2, 2, 1, 1);
    assertThat(with.phaseAt(1)).isEqualTo(IterationPhase.BACKWARD);
    assertThat(with.storage(1))
        .isEqualTo(new AllocatedStorage(1, 70, Category.OTHER, 2, false, false));
    assertThat(with.savedBytes()).isEqualTo(without.savedBytes());
    assertThat(IntStream.rangeClosed(0, 2).mapToObj(without::withKernelTemporaries))
        .containsExactly(0, 1, 4);
  }
}

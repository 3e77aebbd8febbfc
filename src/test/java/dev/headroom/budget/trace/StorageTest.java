package dev.headroom.budget.trace;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.memory.Category;
import org.junit.jupiter.api.Test;

class StorageTest {

  private final Storage storage = new Storage(3, 512, Category.FEATURE_MAPS, 7, true);

  @Test
  void isThereUntilItsLastReferenceGoes() {
    storage.retain();
    assertThat(storage.isUnique()).isTrue();
    storage.retain();
    assertThat(storage.isUnique()).isFalse();
    assertThat(storage.release()).isFalse();
    assertThat(storage.isUnique()).isTrue();
    assertThat(storage.release()).isTrue();
  }

  @Test
  void isWhatItBecame() {
    assertThat(storage.now(true))
        .isEqualTo(new AllocatedStorage(3, 512, Category.FEATURE_MAPS, 7, true, false));
    // When
    storage.writtenBy(8);
    storage.becomes(Category.ACTIVATIONS);
    storage.markSaved();
    // Then
    assertThat(storage.category()).isEqualTo(Category.ACTIVATIONS);
    assertThat(storage.now(true))
        .isEqualTo(new AllocatedStorage(3, 512, Category.ACTIVATIONS, 8, true, true));
    assertThat(storage.now(false).saved()).isFalse();
    storage.becomes(Category.INPUT_DATA);
    assertThat(storage.now(false).saved()).isTrue();
    // A half copy of the batch is made anew in each step
    Storage copy = new Storage(4, 256, Category.INPUT_DATA, 0, false);
    copy.markSaved();
    assertThat(copy.now(false).saved()).isFalse();
    assertThat(copy.now(true).saved()).isTrue();
  }
}

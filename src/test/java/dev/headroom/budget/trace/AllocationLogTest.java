package dev.headroom.budget.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headroom.memory.Category;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AllocationLogTest {

  private final AllocationLog log = new AllocationLog();

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void givesBackWhatWasWrittenDown(long seed) {
    // Given more events than the log has room for at first
    var random = new Random(seed);
    IterationPhase[] phases = IterationPhase.values();
    var alive = new ArrayList<Storage>();
    var expected = new ArrayList<String>();
    long live = 0;
    for (int i = 0; i < 10_000; i++) {
      IterationPhase phase = phases[random.nextInt(phases.length)];
      int layer = random.nextInt(20_000) - 1;
      log.at(phase, layer);
      assertThat(log.phase()).isEqualTo(phase);
      assertThat(log.layer()).isEqualTo(layer);
      // When
      boolean allocates = alive.isEmpty() || random.nextInt(3) > 0;
      Storage storage;
      if (allocates) {
        storage = log.allocate(random.nextInt(1 << 20), Category.OTHER, random.nextBoolean());
        alive.add(storage);
      } else {
        storage = alive.remove(random.nextInt(alive.size()));
        log.release(storage);
      }
      live += allocates ? storage.bytes : -storage.bytes;
      expected.add(phase + " " + layer + " " + allocates + " " + storage.id);
      assertThat(log.live()).isEqualTo(live);
    }
    // Then
    AllocationEvents events = log.events(0, 0);
    assertThat(events.size()).isEqualTo(log.size()).isEqualTo(10_000);
    assertThat(events.storages()).isEqualTo(log.storages());
    for (int i = 0; i < events.size(); i++) {
      assertThat(
              events.phaseAt(i)
                  + " "
                  + events.layerAt(i)
                  + " "
                  + events.isAllocation(i)
                  + " "
                  + events.storageAt(i).id())
          .isEqualTo(expected.get(i));
    }
  }

  @Test
  void aStorageIsOfTheLayerThatMadeIt() {
    // When
    log.at(IterationPhase.FORWARD, 7);
    Storage storage = log.allocate(512, Category.ACTIVATIONS, true);
    // Then
    assertThat(log.events(0, 0).storage(storage.id))
        .isEqualTo(new AllocatedStorage(0, 512, Category.ACTIVATIONS, 7, true, false));
  }

  @Test
  void countsAsSavedWhatOneForwardPassAndTheBatchSaved() {
    // Given
    Storage batch = log.allocate(1, Category.INPUT_DATA, true);
    batch.markSaved();
    Storage halfCopy = saved(Category.INPUT_DATA);
    Storage before = saved(Category.ACTIVATIONS);
    Storage first = saved(Category.ACTIVATIONS);
    Storage notSaved = log.allocate(1, Category.ACTIVATIONS, false);
    Storage behind = saved(Category.ACTIVATIONS);
    // When
    AllocationEvents events = log.events(first.id, behind.id);
    // Then
    assertThat(List.of(batch, halfCopy, before, first, notSaved, behind))
        .extracting(storage -> events.storage(storage.id).saved())
        .containsExactly(true, false, false, true, false, false);
  }

  @Test
  void refusesMoreThanALongCounts() {
    log.allocate(Long.MAX_VALUE, Category.OTHER, false);
    assertThatThrownBy(() -> log.allocate(1, Category.OTHER, false))
        .isInstanceOf(ArithmeticException.class);
  }

  private Storage saved(Category category) {
    Storage storage = log.allocate(1, category, false);
    storage.markSaved();
    return storage;
  }
}

package dev.headroom.budget.trace;

import dev.headroom.memory.Category;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Writes down the allocations and releases of an iteration as they happen.
@SuppressWarnings("EnumOrdinal") // phases are packed into an int, and never leave the process
public final class AllocationLog {

  private static final IterationPhase[] PHASES = IterationPhase.values();
  private static final int LAYER_BITS = 24;

  private Storage[] storages = new Storage[1024];
  private int storageCount;
  private int[] events = new int[4096];
  private int[] places = new int[4096];
  private int count;
  private final List<KernelTemporary> temporaries = new ArrayList<>();
  private int place;
  private long live;

  /// Where what comes next happens.
  public void at(IterationPhase phase, int layer) {
    place = phase.ordinal() << LAYER_BITS | (layer + 1);
  }

  public int layer() {
    return layer(place);
  }

  public IterationPhase phase() {
    return phase(place);
  }

  static int layer(int place) {
    return (place & ((1 << LAYER_BITS) - 1)) - 1;
  }

  static IterationPhase phase(int place) {
    return PHASES[place >> LAYER_BITS];
  }

  public Storage allocate(long bytes, Category category, boolean kept) {
    if (storageCount == storages.length) {
      storages = Arrays.copyOf(storages, 2 * storageCount);
    }
    Storage storage = new Storage(storageCount, bytes, category, layer(), kept);
    storages[storageCount++] = storage;
    add(storage.id);
    live = Math.addExact(live, bytes);
    return storage;
  }

  public void release(Storage storage) {
    add(~storage.id);
    live -= storage.bytes;
  }

  /// Notes what a CUDA kernel makes for itself now, and lets go of before anything else happens.
  /// That is no event: where no kernel runs, nothing of it is there.
  ///
  /// @param bytes of nothing at all no note is taken
  public void kernelTemporary(long bytes) {
    if (bytes > 0) {
      temporaries.add(new KernelTemporary(count, bytes, place));
    }
  }

  private void add(int event) {
    if (count == events.length) {
      events = Arrays.copyOf(events, 2 * count);
      places = Arrays.copyOf(places, 2 * count);
    }
    events[count] = event;
    places[count] = place;
    count++;
  }

  /// Bytes of the storages that are there now.
  public long live() {
    return live;
  }

  /// How many events there are.
  public int size() {
    return count;
  }

  /// How many storages were allocated.
  public int storages() {
    return storageCount;
  }

  /// All that was written down, with the storages as they are now.
  ///
  /// Of what was saved only the batch counts and what one forward pass allocated, so that no
  /// micro-batch counts twice: the storages from `from` to before `to`.
  public AllocationEvents events(int from, int to) {
    var now = new AllocatedStorage[storageCount];
    Arrays.setAll(now, id -> storages[id].now(from <= id && id < to));
    return new AllocationEvents(
        Arrays.copyOf(events, count), Arrays.copyOf(places, count), now, temporaries);
  }
}

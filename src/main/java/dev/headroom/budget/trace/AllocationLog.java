package dev.headroom.budget.trace;

import dev.headroom.memory.Category;
import java.util.Arrays;

/// The allocations and releases of an iteration in order, with their storages.
@SuppressWarnings("EnumOrdinal")
public // phases are packed into an int, and never leave the process
final class AllocationLog {

  private static final IterationPhase[] PHASES = IterationPhase.values();
  private static final int LAYER_BITS = 24;

  private Storage[] storages = new Storage[1024];
  private int storageCount;
  private int[] events = new int[4096];
  private int[] places = new int[4096];
  private int count;
  private int place;
  private long live;

  /// Where what comes next happens.
  public void at(IterationPhase phase, int layer) {
    place = phase.ordinal() << LAYER_BITS | (layer + 1);
  }

  public int layer() {
    return (place & ((1 << LAYER_BITS) - 1)) - 1;
  }

  public IterationPhase phase() {
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

  public int size() {
    return count;
  }

  public int storages() {
    return storageCount;
  }

  public Storage storage(int id) {
    return storages[id];
  }

  public Storage storageAt(int event) {
    int id = events[event];
    return storages[id < 0 ? ~id : id];
  }

  public boolean isAllocation(int event) {
    return events[event] >= 0;
  }

  public IterationPhase phaseAt(int event) {
    return PHASES[places[event] >> LAYER_BITS];
  }

  public int layerAt(int event) {
    return (places[event] & ((1 << LAYER_BITS) - 1)) - 1;
  }
}

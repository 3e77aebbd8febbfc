package dev.headroom.budget;

import java.util.Arrays;

/// Allocations and releases in order, and the storages that they are of.
@SuppressWarnings("EnumOrdinal") // phases are packed into an int, and never leave the process
final class EventLog {

  private static final Phase[] PHASES = Phase.values();
  private static final int LAYER_BITS = 24;

  private Storage[] storages = new Storage[1024];
  private int storageCount;
  private int[] events = new int[4096];
  private int[] places = new int[4096];
  private int count;
  private int place;
  private long live;

  /// Where what comes next happens.
  void at(Phase phase, int layer) {
    place = phase.ordinal() << LAYER_BITS | (layer + 1);
  }

  int layer() {
    return (place & ((1 << LAYER_BITS) - 1)) - 1;
  }

  Phase phase() {
    return PHASES[place >> LAYER_BITS];
  }

  Storage allocate(long bytes, Category category, boolean kept) {
    if (storageCount == storages.length) {
      storages = Arrays.copyOf(storages, 2 * storageCount);
    }
    Storage storage = new Storage(storageCount, bytes, category, layer(), kept);
    storages[storageCount++] = storage;
    add(storage.id);
    live = Math.addExact(live, bytes);
    return storage;
  }

  void release(Storage storage) {
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
  long live() {
    return live;
  }

  int size() {
    return count;
  }

  int storages() {
    return storageCount;
  }

  Storage storage(int id) {
    return storages[id];
  }

  Storage storageAt(int event) {
    int id = events[event];
    return storages[id < 0 ? ~id : id];
  }

  boolean isAllocation(int event) {
    return events[event] >= 0;
  }

  Phase phaseAt(int event) {
    return PHASES[places[event] >> LAYER_BITS];
  }

  int layerAt(int event) {
    return (places[event] & ((1 << LAYER_BITS) - 1)) - 1;
  }
}

package dev.headroom.budget.trace;

/// The allocations and releases that a log wrote down, in order. Events and storages are numbered
/// from 0. Immutable.
public final class AllocationEvents {

  private final int[] events;
  private final int[] places;
  private final AllocatedStorage[] storages;

  /// Takes the arrays over.
  ///
  /// @param events the storage that is allocated, or the complement of the one that is released
  /// @param places phase and layer of each event, as the log packs them
  AllocationEvents(int[] events, int[] places, AllocatedStorage[] storages) {
    this.events = events;
    this.places = places;
    this.storages = storages;
  }

  public int size() {
    return events.length;
  }

  /// How many storages there were.
  public int storages() {
    return storages.length;
  }

  public AllocatedStorage storage(int id) {
    return storages[id];
  }

  /// Bytes of all storages that were saved for the backward pass.
  ///
  /// @throws ArithmeticException if they do not fit a `long`
  public long savedBytes() {
    long saved = 0;
    for (AllocatedStorage storage : storages) {
      saved = Math.addExact(saved, storage.saved() ? storage.bytes() : 0);
    }
    return saved;
  }

  /// The storage that an event allocates or releases.
  public AllocatedStorage storageAt(int event) {
    int id = events[event];
    return storages[id < 0 ? ~id : id];
  }

  public boolean isAllocation(int event) {
    return events[event] >= 0;
  }

  public IterationPhase phaseAt(int event) {
    return AllocationLog.phase(places[event]);
  }

  /// The layer that runs, or −1.
  public int layerAt(int event) {
    return AllocationLog.layer(places[event]);
  }

  /// Whether an event is the last one of its layer in its phase.
  public boolean isLastOfLayer(int event) {
    return event + 1 == events.length || places[event] != places[event + 1];
  }
}

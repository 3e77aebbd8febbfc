package dev.headroom.budget.trace;

import dev.headroom.memory.Category;
import java.util.Arrays;
import java.util.List;

/// The allocations and releases that a log wrote down, in order. Events and storages are numbered
/// from 0. Immutable.
public final class AllocationEvents {

  private final int[] events;
  private final int[] places;
  private final AllocatedStorage[] storages;
  private final List<KernelTemporary> temporaries;

  /// Takes the arrays over.
  ///
  /// @param events the storage that is allocated, or the complement of the one that is released
  /// @param places phase and layer of each event, as the log packs them
  /// @param temporaries in the order of events
  AllocationEvents(
      int[] events, int[] places, AllocatedStorage[] storages, List<KernelTemporary> temporaries) {
    this.events = events;
    this.places = places;
    this.storages = storages;
    this.temporaries = List.copyOf(temporaries);
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

  /// Whether CUDA kernels make tensors for themselves, which are no events here.
  public boolean hasKernelTemporaries() {
    return !temporaries.isEmpty();
  }

  /// Which number an event has [#withKernelTemporaries].
  ///
  /// @param event from 0 to the number of events
  public int withKernelTemporaries(int event) {
    int before = 0;
    while (before < temporaries.size() && temporaries.get(before).event() < event) {
      before++;
    }
    return event + 2 * before;
  }

  /// The same where kernels run: what they make for themselves is allocated and released.
  public AllocationEvents withKernelTemporaries() {
    int[] allEvents = new int[events.length + 2 * temporaries.size()];
    int[] allPlaces = new int[allEvents.length];
    var all = Arrays.copyOf(storages, storages.length + temporaries.size());
    int from = 0;
    int to = 0;
    int id = storages.length;
    for (KernelTemporary temporary : temporaries) {
      int length = temporary.event() - from;
      System.arraycopy(events, from, allEvents, to, length);
      System.arraycopy(places, from, allPlaces, to, length);
      from += length;
      to += length;
      all[id] =
          new AllocatedStorage(
              id,
              temporary.bytes(),
              Category.OTHER,
              AllocationLog.layer(temporary.place()),
              false,
              false);
      allEvents[to] = id;
      allPlaces[to++] = temporary.place();
      allEvents[to] = ~id++;
      allPlaces[to++] = temporary.place();
    }
    System.arraycopy(events, from, allEvents, to, events.length - from);
    System.arraycopy(places, from, allPlaces, to, events.length - from);
    return new AllocationEvents(allEvents, allPlaces, all, List.of());
  }

  /// Whether an event is the last one of its layer in its phase.
  public boolean isLastOfLayer(int event) {
    return event + 1 == events.length || places[event] != places[event + 1];
  }
}

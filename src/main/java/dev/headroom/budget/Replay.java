package dev.headroom.budget;

import dev.headroom.budget.allocator.CachingAllocator;
import dev.headroom.budget.iteration.Iteration;
import dev.headroom.budget.trace.AllocationLog;
import dev.headroom.budget.trace.IterationPhase;
import dev.headroom.budget.trace.Storage;
import dev.headroom.memory.Category;
import dev.headroom.network.Network;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Set-up and three steps from a cold start through the caching allocator, and what is highest
/// when.
@SuppressWarnings("EnumOrdinal") // an array a category, in the order that a moment lists them
final class Replay {

  private static final int CATEGORIES = Category.values().length;

  /// More moments than a page can show.
  private static final int MAX_MOMENTS = 4_096;

  private static final int TRAINING_STEPS = 3;
  private static final int FORWARD_PASSES = 2;

  private final Iteration iteration;
  private final Network network;
  private final AllocationLog log;
  final CachingAllocator allocator;
  private final int[] blocks;
  private final boolean[] there;
  private final long[] live = new long[CATEGORIES];
  final long[] maxima = new long[CATEGORIES];
  private final List<MemoryTimeline.TimelinePoint> moments = new ArrayList<>();
  private final int steps;
  private long rounded;
  private long peakRounded = -1;
  private int peakEvent;
  private int rangeFrom;
  private int rangeTo;

  Replay(Iteration iteration, Network network, CachingAllocator.Mode mode) {
    allocator = new CachingAllocator(mode);
    this.network = network;
    this.iteration = iteration;
    log = iteration.log;
    blocks = new int[log.storages()];
    there = new boolean[log.storages()];
    int end = log.size();
    steps = iteration.isTraining() ? TRAINING_STEPS : FORWARD_PASSES;
    run(0, iteration.setupEnd, 0);
    boolean repeats = false;
    for (int step = 1; step <= steps && !repeats; step++) {
      boolean steady = step > 1 && iteration.hasSteadyStep();
      long reserved = allocator.reserved();
      long before = rounded;
      run(
          steady ? iteration.firstEnd : iteration.setupEnd,
          steady ? end : iteration.firstEnd,
          step);
      repeats = step > 1 && reserved == allocator.reserved() && before == rounded;
    }
  }

  /// Runs a step. One that reserves nothing and leaves what it found ends as it began, since free
  /// neighbours merge: later steps repeat it.
  private void run(int from, int to, int step) {
    boolean last = step > 1;
    if (last) {
      rangeFrom = from;
      rangeTo = to;
      peakRounded = -1;
      moments.clear();
      Arrays.fill(maxima, 0);
    }
    for (int i = from; i < to; i++) {
      Storage storage = log.storageAt(i);
      int id = storage.id;
      int category = storage.category.ordinal();
      if (log.isAllocation(i)) {
        if (there[id]) {
          continue;
        }
        there[id] = true;
        blocks[id] = allocator.allocate(storage.bytes);
        live[category] += storage.bytes;
        rounded += Math.ceilDiv(storage.bytes, CachingAllocator.ROUND) * CachingAllocator.ROUND;
        if (last) {
          maxima[category] = Math.max(maxima[category], live[category]);
          if (rounded > peakRounded) {
            peakRounded = rounded;
            peakEvent = i;
          }
        }
      } else {
        there[id] = false;
        allocator.free(blocks[id]);
        live[category] -= storage.bytes;
        rounded -= Math.ceilDiv(storage.bytes, CachingAllocator.ROUND) * CachingAllocator.ROUND;
      }
      if (last && i + 1 < to && leaves(i) && moments.size() < MAX_MOMENTS) {
        moments.add(moment(i));
      }
    }
    if (last) {
      if (to > from) {
        moments.add(moment(to - 1));
      }
      for (int i = 0; i < CATEGORIES; i++) {
        maxima[i] = Math.max(maxima[i], live[i]);
      }
    }
  }

  private boolean leaves(int event) {
    return log.layerAt(event) != log.layerAt(event + 1)
        || log.phaseAt(event) != log.phaseAt(event + 1);
  }

  private MemoryTimeline.TimelinePoint moment(int event) {
    var bytes = new Long[CATEGORIES];
    for (int i = 0; i < CATEGORIES; i++) {
      bytes[i] = live[i];
    }
    return new MemoryTimeline.TimelinePoint(
        steps,
        log.phaseAt(event),
        log.layerAt(event) < 0 ? "" : network.layers().get(log.layerAt(event)).name(),
        List.of(bytes),
        allocator.allocated(),
        allocator.reserved());
  }

  /// The moments of the last step.
  MemoryTimeline timeline() {
    return new MemoryTimeline(moments);
  }

  IterationPhase peakPhase() {
    return rangeTo > rangeFrom ? log.phaseAt(peakEvent) : IterationPhase.FORWARD;
  }

  int peakLayer() {
    return rangeTo > rangeFrom ? log.layerAt(peakEvent) : -1;
  }

  /// Which storages are there at the peak.
  boolean[] atPeak() {
    boolean[] alive = new boolean[log.storages()];
    mark(alive, 0, iteration.setupEnd);
    if (rangeFrom != iteration.setupEnd) {
      mark(alive, iteration.setupEnd, iteration.firstEnd);
    } else {
      for (int i = rangeFrom; i < rangeTo; i++) {
        Storage storage = log.storageAt(i);
        alive[storage.id] |= storage.kept;
      }
    }
    mark(alive, rangeFrom, peakEvent + 1);
    return alive;
  }

  private void mark(boolean[] alive, int from, int to) {
    for (int i = from; i < to; i++) {
      alive[log.storageAt(i).id] = log.isAllocation(i);
    }
  }
}

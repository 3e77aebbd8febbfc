package dev.headroom.budget;

import dev.headroom.budget.allocator.AllocatorPeaks;
import dev.headroom.budget.allocator.CachingAllocator;
import dev.headroom.budget.iteration.AllocationTrace;
import dev.headroom.budget.trace.AllocatedStorage;
import dev.headroom.budget.trace.AllocationEvents;
import dev.headroom.budget.trace.IterationPhase;
import dev.headroom.memory.Category;
import dev.headroom.memory.MemorySize;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/// Set-up and three steps from a cold start through the caching allocator, and what is highest
/// when.
///
/// @param peaks of the whole run
/// @param phase where the last step's blocks are largest
/// @param layer the layer that runs then; empty where none does
/// @param atPeak the storages that are there then, in the order of allocation
/// @param tensors bytes of storages: those that are there then, and the most in the last step
/// @param timeline the moments of the last step
record Replay(
    AllocatorPeaks peaks,
    IterationPhase phase,
    String layer,
    List<AllocatedStorage> atPeak,
    Budget.Stack tensors,
    MemoryTimeline timeline) {

  /// Runs a trace through an allocator of the kind that its job has.
  ///
  /// @throws ArithmeticException if more bytes are held than a `long` counts
  static Replay of(AllocationTrace trace) {
    return new Run(trace).result();
  }

  /// The allocator's peaks alone, as [#of] has them.
  ///
  /// @throws ArithmeticException if more bytes are held than a `long` counts
  static AllocatorPeaks peaksOf(AllocationTrace trace) {
    var run = new Run(trace);
    run.steps(false);
    return run.allocator.peaks();
  }

  /// A trace on its way through an allocator.
  @SuppressWarnings("EnumOrdinal") // an array a category, in the order that a moment lists them
  private static final class Run {

    private static final int CATEGORIES = Category.values().length;

    /// More moments than a page can show.
    private static final int MAX_MOMENTS = 4_096;

    private static final int TRAINING_STEPS = 3;
    private static final int FORWARD_PASSES = 2;

    private final AllocationTrace trace;
    private final AllocationEvents events;
    private final CachingAllocator allocator;
    private final int[] blocks;
    private final boolean[] there;
    private final long[] live = new long[CATEGORIES];
    private final long[] maxima = new long[CATEGORIES];
    private final List<MemoryTimeline.TimelinePoint> moments = new ArrayList<>();
    private final int steps;
    private long rounded;
    private long peakRounded = -1;
    private int peakEvent;
    private int rangeFrom;
    private int rangeTo;

    Run(AllocationTrace trace) {
      this.trace = trace;
      events = trace.events();
      allocator =
          new CachingAllocator(
              trace.config().setup().expandableSegments()
                  ? CachingAllocator.Mode.EXPANDABLE_SEGMENTS
                  : CachingAllocator.Mode.FIXED_SEGMENTS);
      blocks = new int[events.storages()];
      there = new boolean[events.storages()];
      steps = trace.isTraining() ? TRAINING_STEPS : FORWARD_PASSES;
    }

    /// Ends early after a step that reserves nothing and leaves what it found: it ends as it began,
    /// since free neighbours merge, so later steps repeat it.
    ///
    /// @param watched whether what the last step shows is kept
    void steps(boolean watched) {
      run(0, trace.setupEnd(), false);
      run(trace.setupEnd(), trace.firstStepEnd(), false);
      boolean repeats = false;
      for (int step = 2; step <= steps && !repeats; step++) {
        long reserved = allocator.reserved();
        long before = rounded;
        last(watched);
        repeats = reserved == allocator.reserved() && before == rounded;
      }
    }

    Replay result() {
      steps(true);
      boolean any = rangeTo > rangeFrom;
      List<AllocatedStorage> alive = atPeak();
      return new Replay(
          allocator.peaks(),
          any ? events.phaseAt(peakEvent) : IterationPhase.FORWARD,
          any ? name(events.layerAt(peakEvent)) : "",
          alive,
          stack(alive),
          new MemoryTimeline(moments));
    }

    /// Runs a step that may be the last one: what it shows replaces what the step before showed.
    private void last(boolean watched) {
      boolean steady = trace.hasSteadyStep();
      rangeFrom = steady ? trace.firstStepEnd() : trace.setupEnd();
      rangeTo = steady ? events.size() : trace.firstStepEnd();
      peakRounded = -1;
      moments.clear();
      Arrays.fill(maxima, 0);
      run(rangeFrom, rangeTo, watched);
      if (watched && rangeTo > rangeFrom) {
        moments.add(moment(rangeTo - 1));
      }
      for (int i = 0; i < CATEGORIES; i++) {
        maxima[i] = Math.max(maxima[i], live[i]);
      }
    }

    private void run(int from, int to, boolean last) {
      for (int i = from; i < to; i++) {
        AllocatedStorage storage = events.storageAt(i);
        if (events.isAllocation(i)) {
          if (there[storage.id()]) {
            continue;
          }
          allocate(storage);
          if (last) {
            compare(i, storage.category().ordinal());
          }
        } else {
          free(storage);
        }
        if (last && i + 1 < to && events.isLastOfLayer(i) && moments.size() < MAX_MOMENTS) {
          moments.add(moment(i));
        }
      }
    }

    private void allocate(AllocatedStorage storage) {
      there[storage.id()] = true;
      blocks[storage.id()] = allocator.allocate(storage.bytes());
      live[storage.category().ordinal()] += storage.bytes();
      rounded += rounded(storage);
    }

    private void free(AllocatedStorage storage) {
      there[storage.id()] = false;
      allocator.free(blocks[storage.id()]);
      live[storage.category().ordinal()] -= storage.bytes();
      rounded -= rounded(storage);
    }

    private static long rounded(AllocatedStorage storage) {
      return Math.ceilDiv(storage.bytes(), CachingAllocator.ROUND) * CachingAllocator.ROUND;
    }

    private void compare(int event, int category) {
      maxima[category] = Math.max(maxima[category], live[category]);
      if (rounded > peakRounded) {
        peakRounded = rounded;
        peakEvent = event;
      }
    }

    private MemoryTimeline.TimelinePoint moment(int event) {
      var bytes = new Long[CATEGORIES];
      Arrays.setAll(bytes, i -> live[i]);
      return new MemoryTimeline.TimelinePoint(
          steps,
          events.phaseAt(event),
          name(events.layerAt(event)),
          List.of(bytes),
          allocator.allocated(),
          allocator.reserved());
    }

    private String name(int layer) {
      return layer < 0 ? "" : trace.network().layers().get(layer).name();
    }

    private Budget.Stack stack(List<AllocatedStorage> atPeak) {
      long[] held = new long[CATEGORIES];
      for (AllocatedStorage storage : atPeak) {
        int category = storage.category().ordinal();
        held[category] = Math.addExact(held[category], storage.bytes());
        maxima[category] = Math.max(maxima[category], held[category]);
      }
      return new Budget.Stack(sizes(held), sizes(maxima));
    }

    private static Map<Category, MemorySize> sizes(long[] bytes) {
      var sizes = new EnumMap<Category, MemorySize>(Category.class);
      for (Category category : Category.values()) {
        sizes.put(category, new MemorySize(bytes[category.ordinal()]));
      }
      return sizes;
    }

    private List<AllocatedStorage> atPeak() {
      boolean[] alive = new boolean[events.storages()];
      mark(alive, 0, trace.setupEnd());
      if (rangeFrom != trace.setupEnd()) {
        mark(alive, trace.setupEnd(), trace.firstStepEnd());
      } else {
        for (int i = rangeFrom; i < rangeTo; i++) {
          AllocatedStorage storage = events.storageAt(i);
          alive[storage.id()] |= storage.kept();
        }
      }
      mark(alive, rangeFrom, peakEvent + 1);
      var storages = new ArrayList<AllocatedStorage>();
      for (int id = 0; id < alive.length; id++) {
        if (alive[id]) {
          storages.add(events.storage(id));
        }
      }
      return List.copyOf(storages);
    }

    private void mark(boolean[] alive, int from, int to) {
      for (int i = from; i < to; i++) {
        alive[events.storageAt(i).id()] = events.isAllocation(i);
      }
    }
  }
}

package dev.headroom.budget.allocator;

import static dev.headroom.budget.allocator.Blocks.NONE;

/// PyTorch's caching allocator for CUDA: which blocks and segments a sequence of requests and
/// releases leads to, on one stream, without memory ever running out.
///
/// Rules and names are those of `c10/cuda/CUDACachingAllocator.cpp` with its default settings. All
/// sizes are bytes. Not thread-safe.
///
/// ```java
/// var allocator = new CachingAllocator(Mode.FIXED_SEGMENTS);
/// int handle = allocator.allocate(3 << 20); // bytes; a block of 3 MiB in a segment of 20 MiB
/// allocator.free(handle); // the segment stays reserved
/// allocator.reserved(); // 20 MiB
/// ```
public final class CachingAllocator {

  /// How the allocator asks the device for memory.
  public enum Mode {
    /// Segments of a fixed size.
    FIXED_SEGMENTS,
    /// `expandable_segments:True`: one segment a pool, which grows in place.
    EXPANDABLE_SEGMENTS
  }

  /// Every block is a multiple of this.
  public static final long ROUND = 512;

  private static final long MEBIBYTE = 1 << 20;
  private static final long MAX_SMALL = MEBIBYTE;
  private static final long SMALL_SEGMENT = 2 * MEBIBYTE;
  private static final long LARGE_SEGMENT = 20 * MEBIBYTE;
  private static final long SMALLEST_OWN_SEGMENT = 10 * MEBIBYTE;
  private static final long OWN_SEGMENT_ROUND = 2 * MEBIBYTE;

  private final Mode mode;
  private final Blocks blocks = new Blocks();
  private final Pool small = new Pool(true);
  private final Pool large = new Pool(false);
  private long nextAddress;
  private int segments;
  private long allocated;
  private long allocatedPeak;
  private long reserved;
  private long inactiveSplit;
  private long inactiveSplitPeak;

  public CachingAllocator(Mode mode) {
    this.mode = mode;
  }

  /// Takes a block for a storage.
  ///
  /// @return the handle to give it back with; that of a request for nothing holds nothing
  /// @throws ArithmeticException if the totals do not fit a `long`
  public int allocate(long bytes) {
    if (bytes < 0) {
      throw new IllegalArgumentException("bytes < 0: " + bytes);
    }
    if (bytes == 0) {
      return NONE;
    }
    long size = roundUp(bytes, ROUND);
    Pool pool = poolOf(size);
    int block =
        switch (mode) {
          case FIXED_SEGMENTS -> pool.fromSegments(size);
          case EXPANDABLE_SEGMENTS -> pool.fromExpandable(size);
        };
    pool.cut(block, size);
    blocks.use(block, true);
    allocated = Math.addExact(allocated, blocks.size(block));
    allocatedPeak = Math.max(allocatedPeak, allocated);
    inactiveSplitPeak = Math.max(inactiveSplitPeak, inactiveSplit);
    return block;
  }

  /// Gives a block back to the pool, together with its free neighbours.
  public void free(int handle) {
    if (handle == NONE) {
      return;
    }
    if (!blocks.exists(handle) || !blocks.inUse(handle)) {
      throw new IllegalArgumentException("block is not in use: " + handle);
    }
    long size = blocks.size(handle);
    allocated -= size;
    blocks.use(handle, false);
    poolOf(size).giveBack(handle);
    inactiveSplitPeak = Math.max(inactiveSplitPeak, inactiveSplit);
  }

  /// Bytes in blocks that are in use: `torch.cuda.memory_allocated`.
  public long allocated() {
    return allocated;
  }

  public long allocatedPeak() {
    return allocatedPeak;
  }

  /// Bytes in segments: `torch.cuda.memory_reserved`.
  public long reserved() {
    return reserved;
  }

  /// The same as what is reserved: no segment goes back to the device.
  public long reservedPeak() {
    return reserved;
  }

  /// Segments asked from the device; of the expandable kind one a pool.
  public int segments() {
    return segments;
  }

  /// Bytes in free blocks that are a part of a segment, so that the segment could not be given
  /// back: `inactive_split_bytes`. PyTorch counts none in expandable segments.
  long inactiveSplit() {
    return inactiveSplit;
  }

  public long inactiveSplitPeak() {
    return inactiveSplitPeak;
  }

  /// What was highest so far.
  public AllocatorPeaks peaks() {
    return new AllocatorPeaks(allocatedPeak, reserved, segments, inactiveSplitPeak);
  }

  private static long roundUp(long bytes, long unit) {
    return Math.multiplyExact(Math.ceilDiv(bytes, unit), unit);
  }

  /// The pool by the size of a block in use: a small one never holds more, a large one never less.
  private Pool poolOf(long size) {
    return size <= MAX_SMALL ? small : large;
  }

  /// Free blocks. Small requests and large ones never share a segment.
  private final class Pool {

    private final boolean isSmall;
    private final FreeBlocks free = new FreeBlocks(blocks);

    /// Of the expandable segment: its end, which is also its size, and the block that ends there.
    private long mapped;

    private int last = NONE;

    Pool(boolean isSmall) {
      this.isSmall = isSmall;
    }

    /// Whether a block is cut where that leaves so much.
    boolean splits(long rest) {
      return switch (mode) {
        case FIXED_SEGMENTS -> isSmall ? rest >= ROUND : rest > MAX_SMALL;
        case EXPANDABLE_SEGMENTS -> rest >= ROUND;
      };
    }

    /// The best fit, or a new segment.
    int fromSegments(long size) {
      int block = free.ceiling(size);
      if (block != NONE) {
        take(block);
        return block;
      }
      long segment = isSmall ? SMALL_SEGMENT : largeSegment(size);
      block = blocks.create(nextAddress, segment);
      nextAddress = Math.addExact(nextAddress, segment);
      reserved = Math.addExact(reserved, segment);
      segments++;
      return block;
    }

    private static long largeSegment(long size) {
      return size < SMALLEST_OWN_SEGMENT ? LARGE_SEGMENT : roundUp(size, OWN_SEGMENT_ROUND);
    }

    /// The best fit, where the block at the end counts as large as it could grow; or the end grows.
    int fromExpandable(long size) {
      int block = free.ceiling(size);
      if (block == last && block != NONE) {
        int other = free.higher(block);
        block = other == NONE ? block : other;
      }
      if (block != NONE) {
        take(block);
        return block;
      }
      return grown(size);
    }

    private int grown(long size) {
      boolean endIsFree = blocks.isFree(last);
      long missing = endIsFree ? size - blocks.size(last) : size;
      long unit = isSmall ? SMALL_SEGMENT : LARGE_SEGMENT;
      long more = roundUp(missing, unit);
      if (endIsFree) {
        take(last);
        blocks.extend(last, more);
      } else {
        int block = blocks.create(mapped, more);
        if (last == NONE) {
          segments++;
        } else {
          blocks.link(last, block);
        }
        last = block;
      }
      mapped = Math.addExact(mapped, more);
      reserved = Math.addExact(reserved, more);
      return last;
    }

    /// Cuts what a request leaves over from a block that was taken for it.
    void cut(int block, long size) {
      if (splits(blocks.size(block) - size)) {
        int rest = blocks.split(block, size);
        last = last == block ? rest : last;
        offer(rest);
      }
    }

    /// Puts a block among the free ones, merged with its free neighbours.
    void giveBack(int block) {
      int next = blocks.next(block);
      if (blocks.isFree(next)) {
        take(next);
        blocks.absorbNext(block);
        last = last == next ? block : last;
      }
      int previous = blocks.previous(block);
      if (blocks.isFree(previous)) {
        take(previous);
        blocks.absorbNext(previous);
        last = last == block ? previous : last;
        offer(previous);
      } else {
        offer(block);
      }
    }

    private void take(int block) {
      free.remove(block);
      inactiveSplit -= countedAsSplit(block);
    }

    private void offer(int block) {
      free.add(block);
      inactiveSplit += countedAsSplit(block);
    }

    private long countedAsSplit(int block) {
      return mode == Mode.FIXED_SEGMENTS && blocks.isSplit(block) ? blocks.size(block) : 0;
    }
  }
}

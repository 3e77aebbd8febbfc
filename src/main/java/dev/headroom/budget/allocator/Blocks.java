package dev.headroom.budget.allocator;

import java.util.Arrays;

/// The blocks of an allocator's segments, as columns of numbers: no object a block, because a
/// prediction makes tens of thousands.
///
/// Neighbours are those of the same segment. Numbers of blocks that are gone are used again.
final class Blocks {

  static final int NONE = -1;

  private long[] sizes = new long[256];
  private long[] addresses = new long[256];
  private int[] previous = new int[256];
  private int[] next = new int[256];
  private boolean[] inUse = new boolean[256];
  private int created;
  private int reusable = NONE;

  /// A block without neighbours.
  int create(long address, long size) {
    int block;
    if (reusable == NONE) {
      block = created++;
      if (block == sizes.length) {
        grow();
      }
    } else {
      block = reusable;
      reusable = next[block];
    }
    addresses[block] = address;
    sizes[block] = size;
    previous[block] = NONE;
    next[block] = NONE;
    inUse[block] = false;
    return block;
  }

  /// Cuts a block after `size` bytes; the rest follows it.
  int split(int block, long size) {
    int rest = create(addresses[block] + size, sizes[block] - size);
    sizes[block] = size;
    link(rest, next[block]);
    link(block, rest);
    return rest;
  }

  /// Adds the block that follows `block` to it.
  void absorbNext(int block) {
    int gone = next[block];
    sizes[block] += sizes[gone];
    link(block, next[gone]);
    next[gone] = reusable;
    inUse[gone] = false;
    reusable = gone;
  }

  void link(int block, int follower) {
    next[block] = follower;
    if (follower != NONE) {
      previous[follower] = block;
    }
  }

  void extend(int block, long bytes) {
    sizes[block] += bytes;
  }

  long size(int block) {
    return sizes[block];
  }

  int previous(int block) {
    return previous[block];
  }

  int next(int block) {
    return next[block];
  }

  boolean inUse(int block) {
    return inUse[block];
  }

  void use(int block, boolean used) {
    inUse[block] = used;
  }

  boolean exists(int block) {
    return block >= 0 && block < created;
  }

  /// Whether it is only a part of its segment.
  boolean isSplit(int block) {
    return previous[block] != NONE || next[block] != NONE;
  }

  boolean isFree(int block) {
    return block != NONE && !inUse[block];
  }

  /// By size, and among equal sizes by address.
  int compare(int block, int other) {
    int bySize = Long.compare(sizes[block], sizes[other]);
    return bySize == 0 ? Long.compare(addresses[block], addresses[other]) : bySize;
  }

  int capacity() {
    return sizes.length;
  }

  private void grow() {
    int capacity = Math.multiplyExact(sizes.length, 2);
    sizes = Arrays.copyOf(sizes, capacity);
    addresses = Arrays.copyOf(addresses, capacity);
    previous = Arrays.copyOf(previous, capacity);
    next = Arrays.copyOf(next, capacity);
    inUse = Arrays.copyOf(inUse, capacity);
  }
}

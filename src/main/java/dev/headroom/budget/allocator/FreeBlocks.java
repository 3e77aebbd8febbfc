package dev.headroom.budget.allocator;

import static dev.headroom.budget.allocator.Blocks.NONE;

import java.util.Arrays;

/// The free blocks of one pool in the order of [Blocks#compare]: a treap over block numbers.
///
/// Each step is expected to take as many comparisons as the logarithm of the number of blocks.
/// Priorities are a hash of the block's number, so the same requests build the same tree.
final class FreeBlocks {

  private final Blocks blocks;
  private int[] left;
  private int[] right;
  private int root = NONE;

  FreeBlocks(Blocks blocks) {
    this.blocks = blocks;
    this.left = new int[blocks.capacity()];
    this.right = new int[blocks.capacity()];
  }

  void add(int block) {
    if (block >= left.length) {
      left = Arrays.copyOf(left, blocks.capacity());
      right = Arrays.copyOf(right, blocks.capacity());
    }
    root = add(root, block);
  }

  void remove(int block) {
    root = remove(root, block);
  }

  /// The smallest block of at least `size` bytes, of several the one of the lowest address.
  int ceiling(long size) {
    int best = NONE;
    int at = root;
    while (at != NONE) {
      if (blocks.size(at) >= size) {
        best = at;
        at = left[at];
      } else {
        at = right[at];
      }
    }
    return best;
  }

  /// The block after this one in the order.
  int higher(int block) {
    int best = NONE;
    int at = root;
    while (at != NONE) {
      if (blocks.compare(at, block) > 0) {
        best = at;
        at = left[at];
      } else {
        at = right[at];
      }
    }
    return best;
  }

  private int add(int tree, int block) {
    if (tree == NONE) {
      left[block] = NONE;
      right[block] = NONE;
      return block;
    }
    if (blocks.compare(block, tree) < 0) {
      int child = add(left[tree], block);
      left[tree] = child;
      return priority(child) > priority(tree) ? liftLeft(tree) : tree;
    }
    int child = add(right[tree], block);
    right[tree] = child;
    return priority(child) > priority(tree) ? liftRight(tree) : tree;
  }

  private int remove(int tree, int block) {
    if (tree == block) {
      return join(left[tree], right[tree]);
    }
    if (blocks.compare(block, tree) < 0) {
      left[tree] = remove(left[tree], block);
    } else {
      right[tree] = remove(right[tree], block);
    }
    return tree;
  }

  private int join(int lower, int upper) {
    if (lower == NONE) {
      return upper;
    }
    if (upper == NONE) {
      return lower;
    }
    if (priority(lower) > priority(upper)) {
      right[lower] = join(right[lower], upper);
      return lower;
    }
    left[upper] = join(lower, left[upper]);
    return upper;
  }

  private int liftLeft(int tree) {
    int child = left[tree];
    left[tree] = right[child];
    right[child] = tree;
    return child;
  }

  private int liftRight(int tree) {
    int child = right[tree];
    right[tree] = left[child];
    left[child] = tree;
    return child;
  }

  /// The finalizer of MurmurHash3: neighbouring numbers get priorities far apart.
  private static int priority(int block) {
    int hash = block + 0x9E3779B9;
    hash = (hash ^ (hash >>> 16)) * 0x85EBCA6B;
    hash = (hash ^ (hash >>> 13)) * 0xC2B2AE35;
    return hash ^ (hash >>> 16);
  }
}

package dev.headroom.budget.allocator;

import static dev.headroom.budget.allocator.Blocks.NONE;

import java.util.Arrays;

/// The free blocks of one pool in the order of [Blocks#compare]: treaps over block numbers, one for
/// each class of sizes.
///
/// Each step is expected to take as many comparisons as the logarithm of the number of blocks in a
/// class: few, since the classes are eight to each doubling. Priorities are a hash of the block's
/// number, so the same requests build the same trees.
final class FreeBlocks {

  private static final int WORD = Long.SIZE;

  /// Of the largest size that a `long` counts.
  private static final int CLASSES = classOf(Long.MAX_VALUE) + 1;

  private final Blocks blocks;
  private int[] left;
  private int[] right;

  /// A tree for each class.
  private final int[] roots = new int[CLASSES];

  /// A bit for each class, set where its tree holds a block.
  private final long[] filled = new long[Math.ceilDiv(CLASSES, WORD)];

  FreeBlocks(Blocks blocks) {
    this.blocks = blocks;
    this.left = new int[blocks.capacity()];
    this.right = new int[blocks.capacity()];
    Arrays.fill(roots, NONE);
  }

  void add(int block) {
    if (block >= left.length) {
      left = Arrays.copyOf(left, blocks.capacity());
      right = Arrays.copyOf(right, blocks.capacity());
    }
    int of = classOf(blocks.size(block));
    roots[of] = add(roots[of], block);
    filled[of / WORD] |= 1L << of;
  }

  void remove(int block) {
    int of = classOf(blocks.size(block));
    roots[of] = remove(roots[of], block);
    if (roots[of] == NONE) {
      filled[of / WORD] &= ~(1L << of);
    }
  }

  /// The smallest block of at least `size` bytes, of several the one of the lowest address.
  int ceiling(long size) {
    int of = classOf(size);
    int best = NONE;
    int at = roots[of];
    while (at != NONE) {
      if (blocks.size(at) >= size) {
        best = at;
        at = left[at];
      } else {
        at = right[at];
      }
    }
    return best == NONE ? firstFrom(of + 1) : best;
  }

  /// The block after this one in the order.
  int higher(int block) {
    int of = classOf(blocks.size(block));
    int best = NONE;
    int at = roots[of];
    while (at != NONE) {
      if (blocks.compare(at, block) > 0) {
        best = at;
        at = left[at];
      } else {
        at = right[at];
      }
    }
    return best == NONE ? firstFrom(of + 1) : best;
  }

  /// The class of a size, by its four highest bits: of two sizes the larger has no lower class.
  private static int classOf(long size) {
    int shift = Math.max(0, WORD - 4 - Long.numberOfLeadingZeros(size));
    return 8 * shift + (int) (size >>> shift);
  }

  /// The first block of all classes from this one on.
  private int firstFrom(int from) {
    int word = from / WORD;
    long classes = filled[word] & (-1L << from);
    while (classes == 0 && ++word < filled.length) {
      classes = filled[word];
    }
    if (classes == 0) {
      return NONE;
    }
    int first = roots[word * WORD + Long.numberOfTrailingZeros(classes)];
    while (left[first] != NONE) {
      first = left[first];
    }
    return first;
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

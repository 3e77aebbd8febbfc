package dev.headroom.budget.allocator;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The treaps, against a tree of the JDK.
class FreeBlocksTest {

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void findsWhatATreeFinds(long seed) {
    // Given
    var random = new Random(seed);
    var blocks = new Blocks();
    var free = new FreeBlocks(blocks);
    var tree = new TreeSet<Integer>(blocks::compare);
    List<Integer> all = new ArrayList<>();
    for (int i = 0; i < 2_000; i++) {
      all.add(blocks.create(512L * i, size(random)));
    }
    for (int i = 0; i < 20_000; i++) {
      // When
      int block = all.get(random.nextInt(all.size()));
      if (tree.add(block)) {
        free.add(block);
      } else {
        tree.remove(block);
        free.remove(block);
      }
      // Then
      long size = size(random) + random.nextInt(3) - 1;
      Integer smallest =
          tree.stream().filter(it -> blocks.size(it) >= size).findFirst().orElse(Blocks.NONE);
      if (i % 20 == 0) {
        assertThat(free.ceiling(size)).isEqualTo(smallest);
      }
      Integer higher = tree.higher(block);
      assertThat(free.higher(block)).isEqualTo(higher == null ? Blocks.NONE : higher);
    }
  }

  /// Often one of a few, so that blocks are equally large; else of any magnitude.
  private static long size(Random random) {
    return random.nextBoolean()
        ? 512L * (1 + random.nextInt(60))
        : 1 + (random.nextLong() >>> (2 + random.nextInt(54)));
  }

  @ParameterizedTest
  @ValueSource(ints = {200_000})
  void staysShallowWhateverTheOrder(int count) {
    // Given blocks that come in the order of their sizes, which would make a list of a plain tree
    var blocks = new Blocks();
    var free = new FreeBlocks(blocks);
    for (int i = 0; i < count; i++) {
      free.add(blocks.create(0, 512L * (i + 1)));
    }
    // Then no stack overflows, and each is there
    for (int i = 0; i < count; i += 997) {
      assertThat(free.ceiling(512L * i + 1)).isEqualTo(i);
    }
    for (int i = 0; i < count; i++) {
      free.remove(i);
    }
    assertThat(free.ceiling(0)).isEqualTo(Blocks.NONE);
  }
}

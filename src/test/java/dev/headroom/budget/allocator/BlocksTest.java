package dev.headroom.budget.allocator;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BlocksTest {

  private final Blocks blocks = new Blocks();

  @Test
  void aBlockIsSplitAndJoinedAgain() {
    // Given
    int block = blocks.create(1000, 100);
    // When
    int rest = blocks.split(block, 30);
    int end = blocks.split(rest, 50);
    // Then
    assertThat(blocks.size(block)).isEqualTo(30);
    assertThat(blocks.size(rest)).isEqualTo(50);
    assertThat(blocks.size(end)).isEqualTo(20);
    assertThat(blocks.next(block)).isEqualTo(rest);
    assertThat(blocks.next(rest)).isEqualTo(end);
    assertThat(blocks.next(end)).isEqualTo(Blocks.NONE);
    assertThat(blocks.previous(end)).isEqualTo(rest);
    assertThat(blocks.previous(rest)).isEqualTo(block);
    assertThat(blocks.previous(block)).isEqualTo(Blocks.NONE);
    // When
    blocks.absorbNext(block);
    // Then
    assertThat(blocks.size(block)).isEqualTo(80);
    assertThat(blocks.next(block)).isEqualTo(end);
    assertThat(blocks.previous(end)).isEqualTo(block);
    assertThat(blocks.isSplit(block)).isTrue();
    blocks.absorbNext(block);
    assertThat(blocks.size(block)).isEqualTo(100);
    assertThat(blocks.isSplit(block)).isFalse();
    // Numbers that are free again are used first, the latest first.
    assertThat(blocks.create(0, 1)).isEqualTo(end);
    assertThat(blocks.create(0, 1)).isEqualTo(rest);
    assertThat(blocks.create(0, 1)).isEqualTo(3);
  }

  @Test
  void isFreeUnlessItIsUsed() {
    int block = blocks.create(0, 8);
    assertThat(blocks.isFree(block)).isTrue();
    blocks.use(block, true);
    assertThat(blocks.inUse(block)).isTrue();
    assertThat(blocks.isFree(block)).isFalse();
    blocks.use(block, false);
    assertThat(blocks.isFree(block)).isTrue();
    assertThat(blocks.isFree(Blocks.NONE)).isFalse();
    assertThat(blocks.exists(block)).isTrue();
    assertThat(blocks.exists(block + 1)).isFalse();
    assertThat(blocks.exists(Blocks.NONE)).isFalse();
  }

  @Test
  void isOrderedBySizeThenByAddress() {
    int low = blocks.create(0, 8);
    int high = blocks.create(100, 8);
    int large = blocks.create(50, 9);
    assertThat(blocks.compare(low, high)).isNegative();
    assertThat(blocks.compare(high, low)).isPositive();
    assertThat(blocks.compare(high, large)).isNegative();
    assertThat(blocks.compare(low, low)).isZero();
    blocks.extend(low, 2);
    assertThat(blocks.compare(low, large)).isPositive();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void splitsAndJoinsKeepEveryByteInItsPlace(long seed) {
    // Given a segment as a list of sizes, beside the same one in blocks
    var random = new Random(seed);
    int first = blocks.create(0, 1L << 40);
    var sizes = new ArrayList<Long>(List.of(1L << 40));
    for (int i = 0; i < 3_000; i++) {
      int at = random.nextInt(sizes.size());
      int block = first;
      for (int step = 0; step < at; step++) {
        block = blocks.next(block);
      }
      // When
      if (random.nextInt(3) > 0 && sizes.get(at) > 1) {
        long size = 1 + random.nextLong(sizes.get(at) - 1);
        blocks.split(block, size);
        sizes.add(at + 1, sizes.get(at) - size);
        sizes.set(at, size);
      } else if (at + 1 < sizes.size()) {
        blocks.absorbNext(block);
        sizes.set(at, sizes.get(at) + sizes.remove(at + 1));
      }
    }
    // Then
    var found = new ArrayList<Long>();
    long address = 0;
    for (int block = first; block != Blocks.NONE; block = blocks.next(block)) {
      found.add(blocks.size(block));
      int equal = blocks.create(address, blocks.size(block));
      assertThat(blocks.compare(block, equal)).isZero();
      address += blocks.size(block);
    }
    assertThat(found).isEqualTo(sizes);
  }
}

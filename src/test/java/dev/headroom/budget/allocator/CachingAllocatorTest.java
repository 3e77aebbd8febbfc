package dev.headroom.budget.allocator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headroom.budget.allocator.CachingAllocator.Mode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class CachingAllocatorTest {

  private static final long MIB = 1 << 20;

  private final CachingAllocator allocator = new CachingAllocator(Mode.FIXED_SEGMENTS);

  /// Peaks, segments and fragmentation are those of the run with batch 8 and momentum in
  /// `golden/networks`.
  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          mobilenet_v2, 2316,  671015424,  729808896,  51, 118731776
          resnet18,      879,  307168768,  408944640,  27, 116301312
          vgg16,         387, 2225016320, 2615148544,  40, 144136704
          vit_b_16,     2322, 1728422400, 1870659584, 100, 214616576
          """)
  void answersAsPyTorchDidOnEveryRowOfATrace(
      String network, int requests, long allocatedPeak, long reservedPeak, int segments, long split)
      throws IOException {
    // Given
    Map<String, Integer> handles = new HashMap<>();
    List<String> different = new ArrayList<>();
    int seen = 0;

    // When
    try (BufferedReader rows = trace(network)) {
      rows.readLine();
      for (String row = rows.readLine(); row != null; row = rows.readLine()) {
        String[] cells = row.split(",", -1);
        switch (cells[2]) {
          case "alloc" -> {
            handles.put(cells[3], allocator.allocate(Long.parseLong(cells[4])));
            seen++;
          }
          case "free" -> allocator.free(Objects.requireNonNull(handles.remove(cells[3])));
          default -> throw new IllegalStateException(row);
        }
        if (allocator.allocated() != Long.parseLong(cells[7])
            || allocator.reserved() != Long.parseLong(cells[8])) {
          different.add(row + " but " + allocator.allocated() + "," + allocator.reserved());
        }
      }
    }

    // Then
    assertThat(different).isEmpty();
    assertThat(seen).isEqualTo(requests);
    assertThat(allocator.allocatedPeak()).isEqualTo(allocatedPeak);
    assertThat(allocator.reservedPeak()).isEqualTo(reservedPeak);
    assertThat(allocator.segments()).isEqualTo(segments);
    assertThat(allocator.inactiveSplitPeak()).isEqualTo(split);
  }

  @ParameterizedTest
  @CsvSource({
    "1, 512, 2",
    "512, 512, 2",
    "513, 1024, 2",
    "1048576, 1048576, 2",
    "1048577, 1049088, 20"
  })
  void roundsRequestsAndTakesThemFromTheSegmentOfTheirPool(
      long bytes, long allocated, long reservedMebibytes) {
    // When
    allocator.allocate(bytes);

    // Then
    assertThat(allocator.allocated()).isEqualTo(allocated);
    assertThat(allocator.reserved()).isEqualTo(reservedMebibytes * MIB);
  }

  @ParameterizedTest
  @CsvSource({"10485248, 20", "10485249, 10", "10485760, 10", "10485761, 12", "33554433, 34"})
  void givesLargeRequestsASegmentOfTheirOwn(long bytes, long reservedMebibytes) {
    // When
    allocator.allocate(bytes);

    // Then
    assertThat(allocator.reserved()).isEqualTo(reservedMebibytes * MIB);
    assertThat(allocator.segments()).isEqualTo(1);
  }

  @Test
  void takesNoBlockForNothing() {
    // When
    int handle = allocator.allocate(0);
    allocator.free(handle);

    // Then
    assertThat(allocator.allocated()).isZero();
    assertThat(allocator.reserved()).isZero();
    assertThat(allocator.segments()).isZero();
  }

  @Test
  void countsALargeBlockWholeWhereTheRestIsTooSmallToSplit() {
    // When: 20 MiB less 1 MiB leaves exactly 1 MiB, which is not split off
    allocator.free(allocator.allocate(5 * MIB));
    allocator.allocate(19 * MIB);

    // Then
    assertThat(allocator.allocated()).isEqualTo(20 * MIB);
    assertThat(allocator.reserved()).isEqualTo(20 * MIB);
    assertThat(allocator.inactiveSplit()).isZero();
  }

  @Test
  void mergesABlockWithBothNeighbours() {
    // Given
    int first = allocator.allocate(512);
    int second = allocator.allocate(512);
    int third = allocator.allocate(512);

    // When
    allocator.free(first);
    allocator.free(third);
    long apart = allocator.inactiveSplit();
    allocator.free(second);

    // Then
    assertThat(apart).isEqualTo(2 * MIB - 512);
    assertThat(allocator.inactiveSplit()).isZero();
    assertThat(allocator.inactiveSplitPeak()).isEqualTo(2 * MIB - 512);
    assertThat(allocator.allocate(MIB)).isEqualTo(first);
    assertThat(allocator.allocate(MIB)).isNotEqualTo(first);
    assertThat(allocator.reserved()).isEqualTo(2 * MIB);
  }

  @Test
  void takesTheBestFitNotTheFirst() {
    // Given: two holes, of 4 MiB and of 3 MiB, with blocks in use between them
    int four = allocator.allocate(4 * MIB);
    allocator.allocate(2 * MIB);
    int three = allocator.allocate(3 * MIB);
    allocator.allocate(2 * MIB);
    allocator.free(four);
    allocator.free(three);

    // When
    int best = allocator.allocate(3 * MIB);
    int next = allocator.allocate(3 * MIB);

    // Then
    assertThat(best).isEqualTo(three);
    assertThat(next).isEqualTo(four);
  }

  @Test
  void takesTheLowestAddressAmongEqualSizes() {
    // Given
    int low = allocator.allocate(4096);
    allocator.allocate(512);
    int high = allocator.allocate(4096);
    allocator.allocate(512);
    allocator.free(high);
    allocator.free(low);

    // When
    int taken = allocator.allocate(4096);

    // Then
    assertThat(taken).isEqualTo(low);
  }

  @Test
  void keepsSmallAndLargeRequestsApart() {
    // Given: 15 MiB of the large pool are free
    allocator.allocate(5 * MIB);

    // When
    allocator.allocate(512);

    // Then
    assertThat(allocator.reserved()).isEqualTo(22 * MIB);
    assertThat(allocator.segments()).isEqualTo(2);
  }

  @Test
  void growsAnExpandableSegmentInPlace() {
    // Given
    CachingAllocator expandable = new CachingAllocator(Mode.EXPANDABLE_SEGMENTS);

    // When: 30 MiB need two units of 20, the 10 left and one more unit hold 30 again
    expandable.free(expandable.allocate(30 * MIB));
    long once = expandable.reserved();
    expandable.allocate(30 * MIB);
    expandable.allocate(30 * MIB);

    // Then
    assertThat(once).isEqualTo(40 * MIB);
    assertThat(expandable.allocated()).isEqualTo(60 * MIB);
    assertThat(expandable.reserved()).isEqualTo(60 * MIB);
    assertThat(expandable.segments()).isEqualTo(1);
    assertThat(expandable.inactiveSplit()).isZero();
  }

  @Test
  void takesTheEndOfAnExpandableSegmentLast() {
    // Given: a hole of 8 MiB, and 6 MiB free at the end, which could grow
    CachingAllocator expandable = new CachingAllocator(Mode.EXPANDABLE_SEGMENTS);
    int hole = expandable.allocate(8 * MIB);
    expandable.allocate(6 * MIB);
    expandable.free(hole);

    // When
    int taken = expandable.allocate(4 * MIB);

    // Then
    assertThat(taken).isEqualTo(hole);
  }

  @ParameterizedTest
  @EnumSource(Mode.class)
  void givesEverythingBackAfterRandomRequests(Mode mode) {
    // Given
    Random random = new Random(20_261_124);
    CachingAllocator used = new CachingAllocator(mode);
    List<Integer> held = new ArrayList<>();
    long requested = 0;

    // When
    for (int event = 0; event < 20_000; event++) {
      if (held.isEmpty() || random.nextInt(5) < 3) {
        long bytes = 1 + random.nextLong(1L << (1 + random.nextInt(25)));
        held.add(used.allocate(bytes));
        requested += bytes;
      } else {
        used.free(held.remove(random.nextInt(held.size())));
      }
      assertThat(used.allocated() + used.inactiveSplit()).isLessThanOrEqualTo(used.reserved());
    }
    long before = used.allocated();
    held.forEach(used::free);

    // Then
    assertThat(before).isPositive().isLessThan(2 * requested);
    assertThat(used.allocated()).isZero();
    assertThat(used.inactiveSplit()).isZero();
    long reserved = used.reserved();
    used.allocate(2 * MIB);
    assertThat(used.reserved()).isEqualTo(reserved);
  }

  @Test
  void refusesABlockThatIsNotInUse() {
    // Given
    int handle = allocator.allocate(512);
    allocator.free(handle);

    // Then
    assertThatThrownBy(() -> allocator.free(handle))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("block is not in use: " + handle);
    assertThatThrownBy(() -> allocator.allocate(-1)).hasMessage("bytes < 0: -1");
    assertThatThrownBy(() -> allocator.allocate(Long.MAX_VALUE))
        .isInstanceOf(ArithmeticException.class);
  }

  private static BufferedReader trace(String network) {
    String path = "/golden/trace/" + network + "-b8-momentum.csv";
    return new BufferedReader(
        new InputStreamReader(
            Objects.requireNonNull(CachingAllocatorTest.class.getResourceAsStream(path), path),
            StandardCharsets.UTF_8));
  }
}

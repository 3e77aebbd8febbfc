package dev.headroom.budget;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.network.Network;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Every allocation and release of set-up and three steps, as PyTorch made them.
class TraceTest {

  @ParameterizedTest
  @ValueSource(strings = {"resnet18", "vgg16", "mobilenet_v2", "vit_b_16"})
  void comesOutEventByEvent(String network) throws IOException {
    // Given
    Golden.Run run =
        Golden.runs(network).stream()
            .filter(Golden.Run::isPlain)
            .filter(it -> it.config().setup().batchSize() == 8)
            .filter(it -> it.config().setup().optimizer().momentum() > 0)
            .findFirst()
            .orElseThrow();
    List<String> rows =
        Files.readAllLines(Golden.FOLDER.resolve("trace/" + network + "-b8-momentum.csv"));
    // When
    var iteration = new Iteration(run.config(), (Network) run.config().description());
    // Then
    var allocator = new CachingAllocator(CachingAllocator.Mode.FIXED_SEGMENTS);
    int[] blocks = new int[iteration.log.storages()];
    int row = 1;
    for (int step = 0; step <= 3; step++) {
      int to = step == 0 ? iteration.setupEnd : iteration.firstEnd;
      for (int event = step == 0 ? 0 : iteration.setupEnd; event < to; event++) {
        Storage storage = iteration.log.storageAt(event);
        boolean allocates = iteration.log.isAllocation(event);
        if (step > 1 && storage.kept) {
          continue;
        }
        if (allocates) {
          blocks[storage.id] = allocator.allocate(storage.bytes);
        } else {
          allocator.free(blocks[storage.id]);
        }
        String[] expected = rows.get(row).split(",", -1);
        String ours =
            "%s %d %d %d"
                .formatted(
                    allocates ? "alloc" : "free",
                    storage.bytes,
                    allocator.allocated(),
                    allocator.reserved());
        assertThat(ours)
            .as("row %d: %s", row, rows.get(row))
            .isEqualTo(String.join(" ", expected[2], expected[4], expected[7], expected[8]));
        row++;
      }
    }
    assertThat(row).isEqualTo(rows.size());
  }
}

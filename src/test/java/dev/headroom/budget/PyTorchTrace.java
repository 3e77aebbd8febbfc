package dev.headroom.budget;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.budget.allocator.CachingAllocator;
import dev.headroom.budget.iteration.AllocationTrace;
import dev.headroom.budget.trace.AllocatedStorage;
import dev.headroom.budget.trace.AllocationEvents;
import dev.headroom.budget.whatif.WhatIf;
import dev.headroom.network.LayerConfig;
import dev.headroom.network.Network;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.List;

/// A run whose every allocation and release PyTorch wrote down: set-up and three steps.
///
/// @param setup the optimizer, and perhaps a precision
record PyTorchTrace(String network, int batch, String setup) {

  /// Those among the test resources.
  static final List<PyTorchTrace> ALL =
      List.of(
          new PyTorchTrace("resnet18", 8, "momentum"),
          new PyTorchTrace("vgg16", 8, "momentum"),
          new PyTorchTrace("mobilenet_v2", 8, "momentum"),
          new PyTorchTrace("vit_b_16", 8, "momentum"),
          new PyTorchTrace("SplitNet", 8, "momentum"),
          new PyTorchTrace("StackNet", 8, "momentum"),
          new PyTorchTrace("Gpt2Small", 8, "momentum"),
          new PyTorchTrace("WideMlp", 2, "adam_forloop"),
          new PyTorchTrace("frozen_vit_small", 8, "adam-float16"));

  /// Compares event by event: what is allocated or released, and what the allocator then holds.
  void assertEqual() {
    LayerConfig config =
        new WhatIf(batch, precision(), optimizer(), null, null)
            .applied(GoldenReferences.config(network));
    List<String> rows = rows();
    // Behind the first loss half copies go in the order of a hash map over addresses.
    boolean halves = config.setup().precision().isAutocast();
    var trace = AllocationTrace.of(config, (Network) config.description());
    AllocationEvents events = trace.events();
    var allocator = new CachingAllocator(CachingAllocator.Mode.FIXED_SEGMENTS);
    int[] blocks = new int[events.storages()];
    int row = 1;
    for (int step = 0; step <= 3; step++) {
      int to = step == 0 ? trace.setupEnd() : trace.firstStepEnd();
      for (int event = step == 0 ? 0 : trace.setupEnd(); event < to; event++) {
        AllocatedStorage storage = events.storageAt(event);
        boolean allocates = events.isAllocation(event);
        if (step > 1 && storage.kept()) {
          continue;
        }
        if (allocates) {
          blocks[storage.id()] = allocator.allocate(storage.bytes());
        } else {
          allocator.free(blocks[storage.id()]);
        }
        String[] expected = rows.get(row).split(",", -1);
        if (halves && expected[1].equals("loss") && expected[2].equals("free")) {
          return;
        }
        String ours =
            "%s %d %d %d"
                .formatted(
                    allocates ? "alloc" : "free",
                    storage.bytes(),
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

  private List<String> rows() {
    try {
      return Files.readAllLines(
          GoldenReferences.FOLDER.resolve("trace/%s-b%d-%s.csv".formatted(network, batch, setup)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String precision() {
    return setup.endsWith("-float16") ? "autocast-float16" : "float32";
  }

  private String optimizer() {
    return switch (setup) {
      case "adam_forloop" -> "adam,for_loop";
      case "adam-float16" -> "adam";
      default -> setup;
    };
  }
}

package dev.headroom.calibration.drift;

import dev.headroom.budget.Budget;
import dev.headroom.budget.Predictor;
import dev.headroom.budget.device.KnownOverheads;
import dev.headroom.budget.whatif.WhatIf;
import dev.headroom.calibration.GpuBlocks;
import dev.headroom.network.LayerConfig;
import dev.headroom.wire.layerconfig.LayerConfigDecoder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/// What PyTorch itself holds when a network trains with a fault that is known: a row of
/// `drift/faults.csv`, which `src/test/rig/faults.py` wrote. No kernel ran there, so what a GPU
/// adds is added.
///
/// @param batch as declared
/// @param optimizer as declared
/// @param allocated the peak of each step, in bytes; one value where each step has the same
/// @param reserved likewise
public record FaultyRun(
    String network,
    int batch,
    String optimizer,
    String fault,
    List<Long> allocated,
    List<Long> reserved) {

  /// The fault of a run that holds what it should.
  public static final String NONE = "none";

  private static final Path CONFIGS = Path.of("src/test/resources/golden/networks");
  private static final Path FAULTS = Path.of("src/test/resources/drift/faults.csv");

  /// The runs with a fault.
  public static List<FaultyRun> with(String fault) {
    try {
      return Files.readAllLines(FAULTS).stream()
          .filter(line -> !line.startsWith("#"))
          .map(line -> line.split(",", -1))
          .filter(cells -> cells[3].equals(fault))
          .map(
              cells ->
                  new FaultyRun(
                          cells[0],
                          Integer.parseInt(cells[1]),
                          cells[2],
                          cells[3],
                          bytes(cells[4]),
                          bytes(cells[5]))
                      .withKernels())
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<Long> bytes(String cell) {
    return Arrays.stream(cell.split(" ")).map(Long::valueOf).toList();
  }

  private FaultyRun withKernels() {
    int trained = fault.equals("batch_doubled") ? 2 * batch : batch;
    String stepped = fault.equals("adam_for_momentum") ? "adam" : optimizer;
    LayerConfig config = resized(with(trained, stepped));
    if (!(new Predictor(new KnownOverheads()).predict(config) instanceof Budget budget)) {
      throw new IllegalStateException(network + " is not predicted");
    }
    GpuBlocks more = GpuBlocks.of(config, budget);
    return new FaultyRun(
        network,
        batch,
        optimizer,
        fault,
        plus(allocated, more.allocated()),
        plus(reserved, more.reserved()));
  }

  /// At the resolution that it really has; as declared where the config does not say how its layers
  /// follow the input.
  private LayerConfig resized(LayerConfig config) {
    if (!fault.equals("resolution_299")) {
      return config;
    }
    try {
      return new WhatIf(null, null, null, null, null, List.of("3x299x299")).applied(config);
    } catch (IllegalArgumentException _) {
      return config;
    }
  }

  private static List<Long> plus(List<Long> sizes, long more) {
    return sizes.stream().map(size -> size + more).toList();
  }

  /// As its user declares it: nothing of the fault.
  public LayerConfig declared() {
    return with(batch, optimizer);
  }

  private LayerConfig with(int samples, String stepped) {
    try {
      byte[] json = Files.readAllBytes(CONFIGS.resolve(network + ".layer-config.json"));
      return new WhatIf(samples, null, stepped, "training", null)
          .applied(LayerConfigDecoder.read(json));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// The allocated peak of a step, in bytes.
  ///
  /// @param step from 0; beyond the last that was recorded it is that
  public long allocated(int step) {
    return allocated.get(Math.min(step, allocated.size() - 1));
  }

  /// The reserved peak of a step, in bytes.
  ///
  /// @param step likewise
  public long reserved(int step) {
    return reserved.get(Math.min(step, reserved.size() - 1));
  }
}

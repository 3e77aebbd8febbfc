package dev.headroom.plan.fleet;

import dev.headroom.gpu.GpuModel;
import java.util.List;

/// The machines that jobs may run on.
public record Fleet(List<FleetNode> nodes) {

  /// More are planned in parts: a placement looks at all of them.
  public static final int MAX_GPUS = 20_000;

  /// @throws IllegalArgumentException where there are none, or too many GPUs
  public Fleet {
    nodes = List.copyOf(nodes);
    long gpus = nodes.stream().mapToLong(node -> node.gpus().size()).sum();
    if (gpus == 0 || gpus > MAX_GPUS) {
      throw new IllegalArgumentException("a fleet has 1 to %d GPUs: %d".formatted(MAX_GPUS, gpus));
    }
  }

  public int size() {
    return nodes.stream().mapToInt(node -> node.gpus().size()).sum();
  }

  /// The kinds of GPU that there are, each once.
  public List<GpuModel> models() {
    return nodes.stream()
        .flatMap(node -> node.gpus().stream())
        .map(FleetGpu::model)
        .distinct()
        .toList();
  }
}

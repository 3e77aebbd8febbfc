package dev.headroom.budget.kernels;

import dev.headroom.budget.autograd.GraphNode;
import dev.headroom.budget.autograd.Layout;
import dev.headroom.budget.autograd.Pass;
import dev.headroom.budget.autograd.SavedTensorVersions;
import dev.headroom.budget.autograd.Tensor;
import dev.headroom.budget.trace.AllocationEvents;
import dev.headroom.budget.trace.AllocationLog;
import dev.headroom.memory.Category;
import dev.headroom.network.tensor.DType;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;

/// A pass that runs one kernel, and what that kernel took for itself.
final class KernelPass {

  private final AllocationLog log = new AllocationLog();
  final Pass pass = new Pass(log, new SavedTensorVersions(false, false), true);

  /// A tensor that needs no gradient.
  Tensor constant(long elements, DType dtype, Layout layout) {
    return pass.make(elements, dtype, Category.ACTIVATIONS, layout);
  }

  /// A tensor in the order of its dimensions that needs a gradient.
  Tensor trained(long elements, DType dtype) {
    Tensor tensor = constant(elements, dtype, Layout.CONTIGUOUS);
    tensor.node = GraphNode.leaf(0);
    return tensor;
  }

  GraphNode node(GraphNode.Backward backward, Tensor... inputs) {
    return Objects.requireNonNull(pass.node(backward, inputs));
  }

  /// Bytes of each buffer that kernels took so far.
  List<Long> taken() {
    AllocationEvents events = log.events(0, 0);
    AllocationEvents all = events.withKernelTemporaries();
    return IntStream.range(events.storages(), all.storages())
        .mapToObj(id -> all.storage(id).bytes())
        .toList();
  }
}

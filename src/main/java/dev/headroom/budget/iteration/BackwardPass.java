package dev.headroom.budget.iteration;

import dev.headroom.budget.autograd.GraphNode;
import dev.headroom.budget.autograd.Layout;
import dev.headroom.budget.autograd.Pass;
import dev.headroom.budget.autograd.RecomputedSegment;
import dev.headroom.budget.autograd.Tensor;
import dev.headroom.budget.kernels.ReductionStaging;
import dev.headroom.budget.trace.IterationPhase;
import dev.headroom.memory.Category;
import dev.headroom.network.tensor.DType;
import java.util.ArrayDeque;
import java.util.PriorityQueue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The backward pass. It runs the ready node with the highest sequence number, passes gradients on,
/// and releases saved tensors.
///
/// Source: `torch/csrc/autograd/engine.cpp`, `input_buffer.cpp`.
final class BackwardPass {

  private final Pass pass;
  private final ParameterGradients gradients;
  private final GatheredUnits units;
  private final Consumer<RecomputedSegment> rerun;
  private final PriorityQueue<GraphNode> ready =
      new PriorityQueue<>((a, b) -> Long.compare(b.sequence, a.sequence));

  BackwardPass(
      Pass pass,
      ParameterGradients gradients,
      GatheredUnits units,
      Consumer<RecomputedSegment> rerun) {
    this.pass = pass;
    this.gradients = gradients;
    this.units = units;
    this.rerun = rerun;
  }

  /// Runs backward from a node with the gradient of its result, which is taken over.
  void run(GraphNode root, Tensor gradient) {
    count(root);
    root.gradient = gradient;
    ready.add(root);
    while (!ready.isEmpty()) {
      step(ready.poll());
    }
  }

  private void count(GraphNode root) {
    var pending = new ArrayDeque<GraphNode>();
    pending.add(root);
    while (!pending.isEmpty()) {
      GraphNode node = pending.poll();
      for (GraphNode next : node.next) {
        if (next != null && next.awaited++ == 0) {
          pending.add(next);
        }
      }
    }
  }

  private void step(GraphNode node) {
    Tensor gradient = node.gradient;
    node.gradient = null;
    pass.log.at(IterationPhase.BACKWARD, node.layer);
    if (node.parameter >= 0) {
      if (gradient != null) {
        gradients.add(pass, node.parameter, gradient);
      }
      return;
    }
    for (int i = 0; i < node.savedCount(); i++) {
      RecomputedSegment segment = node.saved(i).segment;
      if (segment != null && segment.needsRecompute()) {
        segment.markRecomputed();
        rerun.accept(segment);
        pass.log.at(IterationPhase.BACKWARD, node.layer);
      }
    }
    if (gradient == null) {
      pass.releaseSaved(node);
      for (GraphNode next : node.next) {
        deliver(next, null);
      }
      return;
    }
    units.gather(pass, node.layer);
    @Nullable Tensor[] results = node.backward.run(pass, node, gradient);
    // Unpacked for this step alone: locals of the function, which go in reverse as it returns.
    boolean unpacked = node.savedCount() > 0 && node.saved(0).segment != null;
    if (unpacked) {
      pass.releaseUnpacked(node);
    }
    for (int i = 0; i < results.length; i++) {
      Tensor result = results[i];
      if (result != null) {
        results[i] = fit(node, i, result);
      }
    }
    pass.release(gradient);
    if (!unpacked) {
      pass.releaseSaved(node);
    }
    for (int i = 0; i < results.length; i++) {
      deliver(node.next[i], results[i]);
    }
  }

  /// A gradient takes the shape of its value, by summing, and its format, by a cast.
  private Tensor fit(GraphNode node, int input, Tensor result) {
    Tensor fitted = result;
    if (fitted.elements != node.elements[input]) {
      Tensor sum = pass.gradientOf(node.elements[input], fitted.dtype);
      if (input == node.summedRows) {
        stage(fitted, node.elements[input]);
      }
      pass.release(fitted);
      fitted = sum;
    }
    if (fitted.dtype != node.dtypes[input]) {
      Tensor cast =
          pass.make(
              fitted.elements, node.dtypes[input], Category.GRADIENTS, fitted.layout.copied());
      pass.release(fitted);
      fitted = cast;
    }
    return fitted;
  }

  private void stage(Tensor rows, long columns) {
    int number = Math.max(DType.FLOAT32.bytes(), rows.dtype.bytes());
    var sum = new ReductionStaging(rows.elements / columns, columns, number);
    pass.log.kernelTemporary(sum.bytes(ReductionStaging.Multiprocessors.A100));
  }

  private void deliver(@Nullable GraphNode next, @Nullable Tensor gradient) {
    if (next == null) {
      if (gradient != null) {
        pass.release(gradient);
      }
      return;
    }
    if (gradient != null) {
      next.gradient = next.gradient == null ? gradient : sum(next.gradient, gradient);
    }
    if (--next.awaited == 0) {
      ready.add(next);
    }
  }

  /// In place into the first, if nobody else holds it and it has no holes; else anew, in its order.
  private Tensor sum(Tensor first, Tensor second) {
    if (first.isUnique() && first.storage.isUnique() && !first.isView && first.layout.isDense()) {
      pass.release(second);
      return first;
    }
    Layout layout = first.layout.copied();
    Tensor sum = pass.make(first.elements, first.dtype, Category.GRADIENTS, layout);
    pass.release(first);
    pass.release(second);
    return sum;
  }
}

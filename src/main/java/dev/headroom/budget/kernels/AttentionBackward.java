package dev.headroom.budget.kernels;

import dev.headroom.budget.autograd.GradientRules;
import dev.headroom.budget.autograd.GraphNode;
import dev.headroom.budget.autograd.Layout;
import dev.headroom.budget.autograd.Pass;
import dev.headroom.budget.autograd.Tensor;
import dev.headroom.memory.Category;
import dev.headroom.network.operation.Attention;
import org.jspecify.annotations.Nullable;

/// The backward pass of fused attention: the gradients, and what its kernel holds beside them.
///
/// @param backend that runs
/// @param expanded bytes of k's gradient for all heads of q, where k has fewer; else 0
/// @param elsewise whether q lies in an order that flash attention gives its result, too, and that
///     is not batch, length, heads: then it copies the result
/// @param joined whether the gradient comes out of a sequence that has the batch second
public record AttentionBackward(
    Attention.Backend backend,
    AttentionBuffers buffers,
    long expanded,
    boolean elsewise,
    boolean joined)
    implements GraphNode.Backward {

  @Override
  public @Nullable Tensor[] run(Pass pass, GraphNode node, Tensor gradient) {
    long whole = Math.multiplyExact(gradient.elements, (long) gradient.dtype.bytes());
    long copied = joined || gradient.layout != Layout.PERMUTED ? whole : 0;
    @Nullable Tensor[] results =
        switch (backend) {
          case FLASH, EFFICIENT -> headsLast(pass, node);
          case CUDNN, MATH -> GradientRules.each(pass, node, gradient);
        };
    switch (backend) {
      case FLASH -> pass.log.kernelTemporary(buffers.flash(expanded, copied, elsewise ? whole : 0));
      case EFFICIENT ->
          buffers.efficient(gradient.dtype.isHalf(), copied).forEach(pass.log::kernelTemporary);
      case CUDNN -> pass.log.kernelTemporary(buffers.cudnn());
      case MATH -> {}
    }
    return results;
  }

  /// The gradients of flash and of efficient attention lie as batch, length, heads, head's
  /// dimension: taking the heads apart copies nothing. Source: `attention_backward.cu`.
  private static @Nullable Tensor[] headsLast(Pass pass, GraphNode node) {
    @Nullable Tensor[] results = new @Nullable Tensor[node.next.length];
    for (int i = 0; i < results.length; i++) {
      if (node.needs(i)) {
        results[i] =
            pass.make(node.elements[i], node.dtypes[i], Category.GRADIENTS, Layout.PERMUTED);
      }
    }
    return results;
  }
}

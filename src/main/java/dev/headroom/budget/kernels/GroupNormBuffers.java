package dev.headroom.budget.kernels;

import static dev.headroom.budget.kernels.KernelBuffers.together;

import dev.headroom.budget.autograd.GradientRules;
import dev.headroom.budget.autograd.GraphNode;
import dev.headroom.budget.autograd.Pass;
import dev.headroom.budget.autograd.Tensor;
import org.jspecify.annotations.Nullable;

/// Factors and sums that group norm's kernels hold for each sample and channel, or group, in single
/// precision for halves. Source: `group_norm_kernel.cu`.
///
/// @param elementBytes of a number of the input
public record GroupNormBuffers(long samples, long channels, long groups, long elementBytes) {

  /// Bytes in the forward pass: two factors of each channel, with a weight or a bias.
  public long forward(boolean affine) {
    return affine ? together(each(channels), each(channels)) : 0;
  }

  /// Bytes in the backward pass: of each channel two sums and a factor, of each group two factors.
  public long backward() {
    return together(each(channels), each(channels), each(channels), each(groups), each(groups));
  }

  /// Makes the gradients.
  public @Nullable Tensor[] back(Pass pass, GraphNode node, Tensor gradient) {
    @Nullable Tensor[] results = GradientRules.each(pass, node, gradient);
    pass.log.kernelTemporary(backward());
    return results;
  }

  private long each(long places) {
    return Math.multiplyExact(Math.multiplyExact(samples, places), Math.max(4, elementBytes));
  }
}

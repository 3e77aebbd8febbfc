package dev.headroom.budget.operators;

import dev.headroom.budget.autograd.Autocast;
import dev.headroom.budget.autograd.GradientRules;
import dev.headroom.budget.autograd.GraphNode;
import dev.headroom.budget.autograd.Layout;
import dev.headroom.budget.autograd.Pass;
import dev.headroom.budget.autograd.Tensor;
import dev.headroom.budget.kernels.KernelBuffers;
import dev.headroom.memory.Category;
import dev.headroom.network.Loss;
import dev.headroom.network.tensor.DType;
import org.jspecify.annotations.Nullable;

/// Losses: what they save and the single number that they make.
///
/// Source: `derivatives.yaml`: `_log_softmax`, `nll_loss_forward`, `mse_loss`, `smooth_l1_loss`.
public final class LossRules {

  private LossRules() {}

  /// One term.
  ///
  /// @return the loss, held by the caller
  public static Tensor term(
      Pass pass, Loss.Kind kind, Tensor output, Tensor target, Autocast autocast) {
    return switch (kind) {
      case CROSS_ENTROPY -> crossEntropy(pass, output, target, autocast);
      case BCE_WITH_LOGITS -> compared(pass, output.retain(), target);
      case MSE, L1, SMOOTH_L1 -> compared(pass, autocast.raise(pass, output), target);
      case NONE -> number(pass, output);
    };
  }

  private static Tensor crossEntropy(Pass pass, Tensor output, Tensor target, Autocast autocast) {
    GraphNode softmax = pass.node(GradientRules::elementwise, output);
    if (pass.saves.softmaxInput()) {
      pass.save(softmax, output);
    }
    Tensor logs = pass.from(softmax, pass.like(output, Category.ACTIVATIONS));
    pass.saveResult(softmax, logs);
    KernelBuffers.putInOrder(pass, output);
    Tensor raised = autocast.raise(pass, logs);
    pass.release(logs);
    GraphNode picking = pass.node(GradientRules::each, raised);
    pass.save(picking, raised);
    pass.save(picking, target);
    Tensor loss = pass.from(picking, pass.make(1, raised.dtype, Category.OTHER));
    pass.saveAndRelease(picking, pass.make(1, raised.dtype, Category.OTHER));
    pass.release(raised);
    return loss;
  }

  /// Takes the output over.
  private static Tensor compared(Pass pass, Tensor output, Tensor target) {
    GraphNode node = pass.node(GradientRules::each, output);
    pass.save(node, output);
    pass.save(node, target);
    Tensor loss = pass.from(node, pass.make(1, output.dtype, Category.OTHER));
    pass.release(output);
    return loss;
  }

  private static Tensor number(Pass pass, Tensor output) {
    GraphNode node = pass.node(LossRules::expanded, output);
    return pass.from(node, pass.make(1, output.dtype, Category.OTHER));
  }

  private static @Nullable Tensor[] expanded(Pass pass, GraphNode node, Tensor gradient) {
    return new Tensor[] {pass.view(gradient, node.elements[0], Layout.EXPANDED)};
  }

  public static Tensor sum(Pass pass, Tensor first, Tensor second) {
    GraphNode node = pass.node(GradientRules::pass, first, second);
    Tensor sum = pass.from(node, pass.make(1, first.dtype, Category.OTHER));
    pass.release(first);
    pass.release(second);
    return sum;
  }

  /// The target of a term: class numbers, one for each sample or place, or as many as the output's.
  public static long targetElements(Loss.Kind kind, long outputElements, long classes) {
    return kind == Loss.Kind.CROSS_ENTROPY ? outputElements / Math.max(1, classes) : outputElements;
  }

  public static DType targetFormat(Loss.Kind kind, DType precision) {
    return kind == Loss.Kind.CROSS_ENTROPY ? DType.INT64 : precision;
  }
}

package dev.headroom.budget.iteration;

import dev.headroom.budget.autograd.Layout;
import dev.headroom.budget.autograd.Pass;
import dev.headroom.budget.autograd.Tensor;
import dev.headroom.budget.trace.Storage;
import java.util.HashSet;
import org.jspecify.annotations.Nullable;

/// The gradients of the parameters as they appear, and how long they stay.
///
/// The first gradient of a parameter is taken over if nobody else holds it and it lies as the
/// parameter does, else copied; later ones are added in place. Source: `accumulate_grad.h`.
final class ParameterGradients {

  private final @Nullable Tensor[] held;
  private final long shards;

  /// @param shards over how many ranks each gradient is divided as soon as it is summed
  ParameterGradients(int parameters, long shards) {
    this.shards = shards;
    held = new Tensor[parameters];
  }

  void add(Pass pass, int parameter, Tensor gradient) {
    if (held[parameter] != null) {
      pass.release(gradient);
      return;
    }
    if (shards > 1) {
      long own = Math.ceilDiv(gradient.elements, shards);
      held[parameter] = pass.gradientOf(own, gradient.dtype);
      pass.release(gradient);
      return;
    }
    boolean taken = gradient.isUnique() && gradient.layout == Layout.CONTIGUOUS;
    if (taken) {
      gradient.storage.writtenBy(pass.log.layer());
      held[parameter] = gradient;
      return;
    }
    held[parameter] = pass.gradientOf(gradient.elements, gradient.dtype);
    pass.release(gradient);
  }

  /// Bytes that are there. Gradients that are parts of one storage hold it together.
  long bytes() {
    long sum = 0;
    var seen = new HashSet<Storage>();
    for (Tensor tensor : held) {
      if (tensor != null && seen.add(tensor.storage)) {
        sum += tensor.storage.bytes;
      }
    }
    return sum;
  }

  boolean has(int parameter) {
    return held[parameter] != null;
  }

  void release(Pass pass, int parameter) {
    Tensor tensor = held[parameter];
    if (tensor != null) {
      held[parameter] = null;
      pass.release(tensor);
    }
  }
}

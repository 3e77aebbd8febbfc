package dev.headroom.budget.iteration;

import dev.headroom.budget.autograd.Layout;
import dev.headroom.budget.autograd.Tensor;
import dev.headroom.budget.operators.LossRules;
import dev.headroom.budget.trace.AllocationLog;
import dev.headroom.memory.Category;
import dev.headroom.network.Loss;
import dev.headroom.network.Network;
import dev.headroom.network.setup.TrainingSetup;
import dev.headroom.network.tensor.DType;
import dev.headroom.network.tensor.Input;
import dev.headroom.network.tensor.Value;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The batch on the device: the network's inputs, and the targets of the loss by the name of the
/// output that each is compared with. All stay for the whole run.
record InputData(Map<String, Tensor> inputs, Map<String, Tensor> targets) {

  /// Allocates the batch, inputs first.
  static InputData place(Network network, TrainingSetup setup, AllocationLog log) {
    DType precision = setup.precision().parameters();
    var inputs = new LinkedHashMap<String, Tensor>();
    for (Input input : network.inputs()) {
      DType dtype = input.dtype().isFloating() ? precision : input.dtype();
      long elements = network.value(input.name()).elements(setup.batchSize());
      inputs.put(input.name(), resident(elements, dtype, log));
    }
    var targets = new LinkedHashMap<String, Tensor>();
    Loss loss = network.loss();
    for (String name : loss.inputs()) {
      boolean shared = loss.kind() == Loss.Kind.CROSS_ENTROPY && !targets.isEmpty();
      if (loss.kind() != Loss.Kind.NONE && !shared) {
        targets.put(name, target(loss.kind(), network.value(name), setup, log));
      }
    }
    return new InputData(inputs, targets);
  }

  /// What an output is compared with; of class labels there is one tensor for all outputs.
  @Nullable Tensor target(String output) {
    Tensor own = targets.get(output);
    return own == null && !targets.isEmpty() ? targets.values().iterator().next() : own;
  }

  private static Tensor target(
      Loss.Kind kind, Value output, TrainingSetup setup, AllocationLog log) {
    long classes = output.shape().rank() == 0 ? 1 : output.shape().extent(0);
    long elements = LossRules.targetElements(kind, output.elements(setup.batchSize()), classes);
    return resident(elements, LossRules.targetFormat(kind, setup.precision().parameters()), log);
  }

  private static Tensor resident(long elements, DType dtype, AllocationLog log) {
    long bytes = Math.multiplyExact(elements, (long) dtype.bytes());
    return new Tensor(
        log.allocate(bytes, Category.INPUT_DATA, true), elements, dtype, Layout.CONTIGUOUS);
  }
}

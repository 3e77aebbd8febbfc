package dev.headroom.budget.iteration;

import dev.headroom.budget.autograd.Pass;
import dev.headroom.budget.autograd.Tensor;
import dev.headroom.budget.model.DeviceModel;
import dev.headroom.budget.trace.AllocationLog;
import dev.headroom.budget.trace.IterationPhase;
import dev.headroom.memory.Category;
import dev.headroom.network.setup.Optimizer;
import dev.headroom.network.tensor.DType;
import dev.headroom.network.tensor.TensorShape;
import java.util.ArrayDeque;

/// What an optimizer remembers, and what a step needs for a moment.
///
/// Source: `torch/optim`; for 8-bit adam `bitsandbytes/optim/optimizer.py` (0.50); for lion, lamb
/// and lars the papers' own code.
final class OptimizerStep {

  private OptimizerStep() {}

  /// Tensors of state as large as the parameter.
  static int states(Optimizer optimizer) {
    return switch (optimizer.kind()) {
      case SGD -> optimizer.momentum() > 0 ? 1 : 0;
      case ADAM, ADAMW -> optimizer.amsgrad() ? 3 : 2;
      case NADAM, RADAM, LAMB, ADAMAX, ADADELTA -> 2;
      case RMSPROP -> 1 + (optimizer.momentum() > 0 ? 1 : 0) + (optimizer.centered() ? 1 : 0);
      case ADAGRAD, LION, LARS -> 1;
      case ADAFACTOR, ADAM8BIT -> 0;
    };
  }

  /// Copies of the gradients that a step holds: of all at once, or of one parameter at a time.
  private static int copies(Optimizer optimizer) {
    boolean loop = optimizer.implementation() == Optimizer.Implementation.FOR_LOOP;
    int own =
        switch (optimizer.kind()) {
          case SGD -> loop && optimizer.nesterov() ? 1 : 0;
          case ADAM, ADAMW, NADAM, RADAM -> loop ? 2 : 1;
          case ADAMAX, RMSPROP -> 1;
          case ADAGRAD -> loop ? 1 : 2;
          case ADADELTA -> 2;
          case LION, LARS, ADAFACTOR -> 1;
          case ADAM8BIT -> 0;
          case LAMB -> 2;
        };
    return own + (copiesForDecay(optimizer) ? 1 : 0);
  }

  /// Weight decay is added into a copy of the gradient, unless it goes to the parameter itself.
  ///
  /// Over lists, Adam and RAdam let go of that copy before they make their own, and Adagrad and
  /// Adamax work in it. Source: `_multi_tensor_` of each in `torch/optim`.
  private static boolean copiesForDecay(Optimizer optimizer) {
    boolean loop = optimizer.implementation() == Optimizer.Implementation.FOR_LOOP;
    return optimizer.weightDecay() > 0
        && switch (optimizer.kind()) {
          case SGD, NADAM, ADADELTA, RMSPROP -> true;
          case ADAM, RADAM, ADAMAX, ADAGRAD -> loop;
          case ADAMW, ADAFACTOR, LION, LAMB, LARS, ADAM8BIT -> false;
        };
  }

  /// Whether the last copy of a parameter's step lives until the next one's takes its name.
  private static boolean livesOn(Optimizer optimizer) {
    return switch (optimizer.kind()) {
      case ADAM, ADAMW, NADAM, ADADELTA, RMSPROP, ADAGRAD -> true;
      case SGD, RADAM, ADAMAX, ADAFACTOR, LION, LAMB, LARS, ADAM8BIT -> false;
    };
  }

  /// Whether the state is made with the optimizer, before the first pass, not in the first step.
  private static boolean remembersFromTheStart(Optimizer optimizer) {
    return optimizer.kind() == Optimizer.Kind.ADAGRAD;
  }

  /// Makes the state that an optimizer has from the start.
  ///
  /// @return its bytes
  static long prepare(AllocationLog log, DeviceModel model, Optimizer optimizer, long shards) {
    long made = 0;
    if (remembersFromTheStart(optimizer)) {
      for (int index : model.stepOrder()) {
        made = Math.addExact(made, remember(log, model, index, optimizer, shards));
      }
    }
    return made;
  }

  /// Runs a step.
  ///
  /// @param first whether state must be made
  /// @return bytes of state that were made
  static long run(
      Pass pass,
      DeviceModel model,
      ParameterGradients gradients,
      Optimizer optimizer,
      long shards,
      boolean first) {
    pass.log.at(IterationPhase.OPTIMIZER_STEP, -1);
    long made = 0;
    if (first && !remembersFromTheStart(optimizer)) {
      for (int index : model.stepOrder()) {
        if (gradients.has(index)) {
          made = Math.addExact(made, remember(pass.log, model, index, optimizer, shards));
        }
      }
    }
    switch (optimizer.implementation()) {
      case FOREACH -> together(pass, model, gradients, optimizer, shards);
      case FOR_LOOP -> oneByOne(pass, model, gradients, optimizer, shards);
      case FUSED -> {}
    }
    return made;
  }

  private static void together(
      Pass pass,
      DeviceModel model,
      ParameterGradients gradients,
      Optimizer optimizer,
      long shards) {
    var temporary = new ArrayDeque<Tensor>();
    for (int copy = 0; copy < copies(optimizer); copy++) {
      for (int index : model.stepOrder()) {
        if (gradients.has(index)) {
          temporary.add(temporary(pass, model.parameter(index), shards));
        }
      }
    }
    temporary.forEach(pass::release);
  }

  private static void oneByOne(
      Pass pass,
      DeviceModel model,
      ParameterGradients gradients,
      Optimizer optimizer,
      long shards) {
    Tensor named = null;
    var temporary = new ArrayDeque<Tensor>();
    for (int index : model.stepOrder()) {
      if (!gradients.has(index)) {
        continue;
      }
      for (int copy = 0; copy < copies(optimizer); copy++) {
        temporary.add(temporary(pass, model.parameter(index), shards));
      }
      Tensor last = livesOn(optimizer) ? temporary.pollLast() : null;
      temporary.forEach(pass::release);
      temporary.clear();
      if (named != null) {
        pass.release(named);
      }
      named = last;
    }
    if (named != null) {
      pass.release(named);
    }
  }

  private static Tensor temporary(Pass pass, Tensor parameter, long shards) {
    return pass.make(
        Math.ceilDiv(parameter.elements, shards), parameter.dtype, Category.OPTIMIZER_STATE);
  }

  private static long remember(
      AllocationLog log, DeviceModel model, int index, Optimizer optimizer, long shards) {
    Tensor parameter = model.parameter(index);
    TensorShape shape = model.shape(index);
    long elements = Math.ceilDiv(parameter.elements, shards);
    long bytes = Math.multiplyExact(elements, (long) parameter.dtype.bytes());
    long made = 0;
    if (optimizer.implementation() == Optimizer.Implementation.FUSED
        && optimizer.kind() != Optimizer.Kind.SGD) {
      made += state(log, DType.FLOAT32.bytes());
    }
    for (int i = 0; i < states(optimizer); i++) {
      made = Math.addExact(made, state(log, bytes));
    }
    return switch (optimizer.kind()) {
      case ADAM8BIT -> Math.addExact(made, quantized(log, elements));
      case ADAFACTOR -> Math.addExact(made, factored(log, shape, parameter.dtype, shards));
      default -> made;
    };
  }

  /// Two moments of a byte a number, each block of 256 with its largest absolute value; in float32
  /// where the parameter is small. The tables of the 256 values that a byte stands for are not
  /// counted: two kibibytes for all parameters.
  private static long quantized(AllocationLog log, long elements) {
    boolean small = elements < 4096;
    long moment = small ? Math.multiplyExact(4L, elements) : elements;
    long made = Math.addExact(state(log, moment), state(log, moment));
    long blocks = small ? 0 : Math.multiplyExact(4L, Math.ceilDiv(elements, 256L));
    return blocks == 0 ? made : made + state(log, blocks) + state(log, blocks);
  }

  /// The variance of rows and of columns, in the last two dimensions; of a vector the whole one.
  /// Source: `torch/optim/_adafactor.py`.
  private static long factored(AllocationLog log, TensorShape shape, DType dtype, long shards) {
    long elements = Math.ceilDiv(shape.elements(), shards);
    if (shape.rank() < 2 || elements == 0) {
      return state(log, Math.multiplyExact(elements, (long) dtype.bytes()));
    }
    long rows = Math.ceilDiv(elements, shape.extent(-1));
    long columns = Math.ceilDiv(elements, shape.extent(-2));
    return Math.addExact(
        state(log, Math.multiplyExact(rows, (long) dtype.bytes())),
        state(log, Math.multiplyExact(columns, (long) dtype.bytes())));
  }

  private static long state(AllocationLog log, long bytes) {
    log.allocate(bytes, Category.OPTIMIZER_STATE, true).retain();
    return bytes;
  }
}

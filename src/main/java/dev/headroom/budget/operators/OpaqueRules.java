package dev.headroom.budget.operators;

import dev.headroom.budget.autograd.Autocast;
import dev.headroom.budget.autograd.GradientRules;
import dev.headroom.budget.autograd.GraphNode;
import dev.headroom.budget.autograd.Layout;
import dev.headroom.budget.autograd.Pass;
import dev.headroom.budget.autograd.Tensor;
import dev.headroom.budget.kernels.RecurrentBuffers;
import dev.headroom.memory.Category;
import dev.headroom.network.operation.Opaque;
import dev.headroom.network.tensor.DType;
import dev.headroom.network.tensor.TensorShape;
import org.jspecify.annotations.Nullable;

/// Operators that no layer type stands for: they save what their config says, and their backward
/// steps are those of `derivatives.yaml` where they are known. As PyTorch's names have it, one that
/// ends with an underscore writes into what it is given.
final class OpaqueRules {

  private OpaqueRules() {}

  /// What the config says that it saves.
  static Tensor opaque(OperatorCall call, Opaque operation) {
    Pass pass = call.pass;
    if (operation.operator().equals("copy_") && call.inputs() == 2) {
      GraphNode node = pass.node(OpaqueRules::overwrittenBack, call.input(0), call.input(1));
      return pass.from(node, ActivationRules.overwrite(call, call.input(0)));
    }
    Tensor[] all = operands(call, operation.operator());
    DType dtype = format(call, operation, all);
    RecurrentBuffers cudnn =
        operation.operator().equals("_cudnn_rnn") && call.training
            ? recurrent(call, all, dtype)
            : null;
    GraphNode.Backward backward =
        switch (withoutUnderscore(operation.operator())) {
          case "index", "max" -> OpaqueRules::putBack;
          case "pow" -> PoolRules::powerBack;
          case "addcmul" -> OpaqueRules::productAddedBack;
          case "linalg_vector_norm" -> OpaqueRules::normBack;
          case "sum" -> OpaqueRules::spread;
          case "stack" -> CopyRules::parts;
          case "cumsum" -> OpaqueRules::summedBack;
          case "var" -> OpaqueRules::varianceBack;
          case "_cudnn_rnn" -> cudnn == null ? GradientRules::each : cudnn::back;
          default -> GradientRules::each;
        };
    // What is no number, an index or a mask, has no gradient.
    GraphNode node = dtype.isFloating() ? pass.node(backward, all) : null;
    for (int index : operation.savesInputs()) {
      pass.save(node, all[index]);
    }
    boolean overwrites = overwrites(call, operation, all, dtype);
    Tensor result =
        pass.from(
            node,
            overwrites
                ? ActivationRules.overwrite(call, all[0])
                : call.result(dtype, Category.FEATURE_MAPS));
    if (operation.savesOutput()) {
      pass.saveResult(node, result);
    }
    long extra =
        Math.addExact(
            Math.multiplyExact(operation.savedBytesPerSample(), call.batch),
            operation.savedBytes());
    if (cudnn != null) {
      extra = Math.max(extra, cudnn.reserve(false)); // configs may say less of a GRU
    }
    if (node != null && overwrites && extra == all[0].elements * DType.FLOAT32.bytes()) {
      pass.saveAndRelease(node, pass.like(all[0], Category.OTHER)); // a copy of what was there
    } else if (node != null && extra > 0) {
      pass.saveAndRelease(node, pass.make(extra, DType.UINT8, Category.OTHER));
    }
    if (cudnn != null) {
      if (call.precision == DType.BFLOAT16) {
        flatten(pass, node, all);
      }
      pass.log.kernelTemporary(cudnn.forward());
    }
    for (Tensor tensor : all) {
      pass.release(tensor);
    }
    return result;
  }

  /// PyTorch keeps no flat weights in bfloat16: each call copies them, and saves the copy. Source:
  /// `CUDNN_TENSOR_DTYPES` in `torch/backends/cudnn`, `flatten_parameters` in
  /// `torch/nn/modules/rnn.py`.
  private static void flatten(Pass pass, @Nullable GraphNode node, Tensor[] all) {
    long elements = 0;
    for (int i = firstWeight(all); i < all.length; i++) {
      elements = Math.addExact(elements, all[i].elements);
    }
    pass.saveAndRelease(node, pass.make(elements, DType.BFLOAT16, Category.OTHER));
  }

  /// Behind the input and the states: two of an LSTM, one of others.
  private static int firstWeight(Tensor[] all) {
    return 2 + all.length % 2;
  }

  /// What cuDNN needs for a recurrent layer: its operands are the input, a state of each layer and
  /// direction, the same of an LSTM's cells, and two weights each, with biases or without.
  private static @Nullable RecurrentBuffers recurrent(
      OperatorCall call, Tensor[] all, DType dtype) {
    if (all.length < 4 || call.inputs() < all.length || call.shape(0).rank() < 2) {
      return null;
    }
    TensorShape state = call.shape(1);
    long hidden = state.extent(-1);
    return RecurrentBuffers.of(
        all[0],
        call.batch,
        call.shape(0).extent(-1),
        hidden,
        state.elements() / hidden,
        call.out.shape().extent(-1),
        call.shape(firstWeight(all)).extent(0),
        dtype.bytes());
  }

  private static String withoutUnderscore(String operator) {
    return operator.endsWith("_") ? operator.substring(0, operator.length() - 1) : operator;
  }

  /// Whether the result is the first input, written over.
  private static boolean overwrites(
      OperatorCall call, Opaque operation, Tensor[] all, DType dtype) {
    return operation.operator().endsWith("_")
        && all.length > 0
        && all[0].dtype == dtype
        && all[0].elements == call.elements();
  }

  /// The format of the result: the one that is said, else that of the first number it is given.
  private static DType format(OperatorCall call, Opaque operation, Tensor[] all) {
    DType stated = call.layer.traits().dtype();
    if (stated != null) {
      return stated;
    }
    for (Tensor tensor : all) {
      if (tensor.dtype.isFloating()) {
        return call.autocast.answersSingle(operation.operator(), tensor.dtype)
            ? DType.FLOAT32
            : tensor.dtype;
      }
    }
    return DType.FLOAT32;
  }

  /// Inputs and weights, in single precision where autocast raises them; held by the caller.
  private static Tensor[] operands(OperatorCall call, String operator) {
    Tensor[] all = new Tensor[call.inputs() + call.weights()];
    boolean mixed = false;
    for (int i = 0; i < all.length; i++) {
      all[i] = i < call.inputs() ? call.input(i) : call.weight(i - call.inputs());
      mixed |= all[i].dtype != all[0].dtype;
    }
    boolean raised = Autocast.isSingle(operator) || (Autocast.isWidest(operator) && mixed);
    for (int i = 0; i < all.length; i++) {
      all[i] = raised ? call.autocast.raise(call.pass, all[i]) : all[i].retain();
    }
    return all;
  }

  /// The gradient turned around, summed up, turned around again; all there until the end. Source:
  /// `cumsum_backward` in `FunctionsManual.cpp`.
  private static @Nullable Tensor[] summedBack(Pass pass, GraphNode node, Tensor gradient) {
    Tensor turned = pass.gradientOf(gradient.elements, gradient.dtype);
    Tensor sums = pass.gradientOf(gradient.elements, gradient.dtype);
    Tensor result = pass.gradientOf(gradient.elements, gradient.dtype);
    pass.release(turned);
    pass.release(sums);
    return new Tensor[] {result};
  }

  /// 2 / (n − correction) · grad · (self − mean), a tensor for each operator, all there until the
  /// end. Source: `var_backward` in `FunctionsManual.cpp`.
  private static @Nullable Tensor[] varianceBack(Pass pass, GraphNode node, Tensor gradient) {
    Tensor mean = pass.gradientOf(gradient.elements, gradient.dtype);
    Tensor difference = pass.gradientOf(node.elements[0], gradient.dtype);
    Tensor scaled = pass.gradientOf(gradient.elements, gradient.dtype);
    Tensor result = pass.gradientOf(node.elements[0], gradient.dtype);
    pass.release(mean);
    pass.release(difference);
    pass.release(scaled);
    return new Tensor[] {result};
  }

  /// self / norm, without the zeros that a mask shows, times the gradient.
  private static @Nullable Tensor[] normBack(Pass pass, GraphNode node, Tensor gradient) {
    Tensor quotient = pass.gradientOf(node.elements[0], node.dtypes[0]);
    Tensor mask = pass.make(gradient.elements, DType.BOOL, Category.GRADIENTS);
    Tensor result = pass.gradientOf(node.elements[0], node.dtypes[0]);
    pass.release(mask);
    pass.release(quotient);
    return new Tensor[] {result};
  }

  /// Of the sum, the gradient itself; of each factor, a product as large as the result.
  private static @Nullable Tensor[] productAddedBack(Pass pass, GraphNode node, Tensor gradient) {
    @Nullable Tensor[] results = new @Nullable Tensor[node.next.length];
    if (node.needs(0)) {
      results[0] = gradient.retain();
    }
    if (node.needs(1)) {
      Tensor factor = pass.gradientOf(node.elements[2], gradient.dtype);
      results[1] = pass.gradientOf(gradient.elements, gradient.dtype);
      pass.release(factor);
    }
    if (node.needs(2)) {
      Tensor factor = pass.gradientOf(node.elements[1], gradient.dtype);
      results[2] = pass.gradientOf(gradient.elements, gradient.dtype);
      pass.release(factor);
    }
    return results;
  }

  /// Zeros for what was overwritten; the source gets the gradient itself. Source: `CopyBackwards`
  /// in `torch/csrc/autograd/functions/tensor.cpp`.
  private static @Nullable Tensor[] overwrittenBack(Pass pass, GraphNode node, Tensor gradient) {
    Tensor zeros = node.needs(0) ? pass.gradientOf(node.elements[0], node.dtypes[0]) : null;
    return new Tensor[] {zeros, node.needs(1) ? gradient.retain() : null};
  }

  /// The gradient seen as often as the sum had terms.
  private static @Nullable Tensor[] spread(Pass pass, GraphNode node, Tensor gradient) {
    return new Tensor[] {pass.view(gradient, node.elements[0], Layout.EXPANDED)};
  }

  /// Zeros, and a copy of them into which the gradient is put.
  private static @Nullable Tensor[] putBack(Pass pass, GraphNode node, Tensor gradient) {
    Tensor zeros = pass.gradientOf(node.elements[0], node.dtypes[0]);
    @Nullable Tensor[] results = GradientRules.each(pass, node, gradient);
    pass.release(zeros);
    return results;
  }
}

package dev.headroom.budget.operators;

import dev.headroom.budget.autograd.GradientRules;
import dev.headroom.budget.autograd.GraphNode;
import dev.headroom.budget.autograd.Layout;
import dev.headroom.budget.autograd.Pass;
import dev.headroom.budget.autograd.Tensor;
import dev.headroom.memory.Category;
import dev.headroom.network.Layer;
import dev.headroom.network.operation.Attention;
import dev.headroom.network.operation.Concat;
import dev.headroom.network.operation.Convolution;
import dev.headroom.network.operation.Linear;
import dev.headroom.network.operation.Pad;
import dev.headroom.network.operation.View;
import dev.headroom.network.tensor.DType;
import dev.headroom.network.tensor.TensorShape;
import org.jspecify.annotations.Nullable;

/// Views, which have no memory of their own, and what copies without computing.
///
/// Nothing here saves anything but a mirrored or repeated border. Source: `derivatives.yaml`.
final class CopyRules {

  private CopyRules() {}

  /// @param source the layer whose storage the view looks at, null for an input
  static Tensor view(OperatorCall call, View operation, @Nullable Layer source) {
    Pass pass = call.pass;
    Tensor input = call.input(0);
    TensorShape shape = call.shape(0);
    if (input.cut && ViewShapes.joinsHeads(operation.kind(), call.out.shape())) {
      GraphNode node = pass.node(CopyRules::same, input);
      return pass.from(node, call.result(input.dtype, Category.FEATURE_MAPS));
    }
    if (operation.kind() == View.Kind.CHUNK) {
      Tensor part = pass.view(input, call.elements(), Layout.PART);
      return pass.from(pass.chunks.part(pass, input, call.elements()), part);
    }
    if (operation.kind() == View.Kind.PERMUTE
        && ViewShapes.movesOnlyOnes(shape, call.out.shape())) {
      return pass.from(
          pass.node(observed(call, CopyRules::reshapeBack, CopyRules::keep), input),
          pass.view(input, call.elements(), input.layout));
    }
    boolean keeps =
        operation.kind() == View.Kind.PERMUTE && ViewShapes.keepsOrder(shape, call.out.shape());
    if (keeps && !ofRows(call, source)) {
      return pass.from(
          pass.node(observed(call, CopyRules::keep, CopyRules::keep), input),
          pass.view(input, call.elements(), input.layout));
    }
    boolean splits =
        operation.kind() == View.Kind.PERMUTE
            && (ViewShapes.splits(shape, call.out.shape()) || takesRowsApart(call, source))
            && (ofRows(call, source) || !ViewShapes.movesAsOne(shape, call.out.shape()));
    GraphNode.Backward backward =
        switch (operation.kind()) {
          case IDENTITY -> CopyRules::same;
          case RESHAPE, FLATTEN ->
              observed(
                  call,
                  ofRows(call, source) ? CopyRules::rowsBack : CopyRules::reshapeBack,
                  CopyRules::keep);
          case PERMUTE ->
              observed(
                  call,
                  splits ? (keeps ? GradientRules::each : CopyRules::gather) : CopyRules::turn,
                  CopyRules::turn);
          case SLICE, CHUNK -> GradientRules::each;
          case EXPAND -> GradientRules::pass;
        };
    Layout layout =
        switch (operation.kind()) {
          case IDENTITY, RESHAPE, FLATTEN -> input.layout;
          case PERMUTE ->
              !splits && input.layout == Layout.PERMUTED ? Layout.CONTIGUOUS : Layout.PERMUTED;
          case SLICE, CHUNK -> Layout.PART;
          case EXPAND -> Layout.EXPANDED;
        };
    Tensor result =
        pass.from(pass.node(backward, input), pass.view(input, call.elements(), layout));
    result.cut = input.cut;
    result.likeQuery = input.likeQuery;
    result.headsJoined = splits && shape.rank() == 3 && shape.extent(1) == 1;
    return result;
  }

  /// A linear layer's result has two dimensions: the batch is a part of its rows, and a permutation
  /// takes it out of them first.
  private static boolean takesRowsApart(OperatorCall call, @Nullable Layer source) {
    return ofRows(call, source)
        && call.shape(0).rank() >= 2
        && call.shape(0).rank() == call.out.shape().rank();
  }

  private static boolean ofRows(OperatorCall call, @Nullable Layer source) {
    return source != null && source.operation() instanceof Linear && call.batched(0);
  }

  /// Whether a view's gradient is copied, where the config says so; else as it is guessed.
  ///
  /// @param looked backward without a copy
  private static GraphNode.Backward observed(
      OperatorCall call, GraphNode.Backward guessed, GraphNode.Backward looked) {
    int copies = call.layer.traits().gradientCopies();
    return switch (copies) {
      case -1 -> guessed;
      case 0 -> looked;
      default -> (pass, node, gradient) -> copied(pass, node, gradient, copies);
    };
  }

  /// Copies of copies, each there until the next one is.
  private static @Nullable Tensor[] copied(Pass pass, GraphNode node, Tensor gradient, int copies) {
    Tensor result = pass.gradientOf(node.elements[0], gradient.dtype);
    for (int i = 1; i < copies; i++) {
      Tensor next = pass.gradientOf(node.elements[0], gradient.dtype);
      pass.release(result);
      result = next;
    }
    return new Tensor[] {result};
  }

  private static @Nullable Tensor[] same(Pass pass, GraphNode node, Tensor gradient) {
    return new Tensor[] {gradient.retain()};
  }

  /// A view that lies as the gradient does.
  private static @Nullable Tensor[] keep(Pass pass, GraphNode node, Tensor gradient) {
    return new Tensor[] {pass.view(gradient, node.elements[0], gradient.layout)};
  }

  /// A view, or a copy where the gradient lies in another order.
  private static @Nullable Tensor[] reshapeBack(Pass pass, GraphNode node, Tensor gradient) {
    if (gradient.layout == Layout.PERMUTED) {
      return new Tensor[] {pass.gradientOf(node.elements[0], gradient.dtype)};
    }
    Tensor view = pass.view(gradient, node.elements[0], gradient.layout);
    view.fewerRows = gradient.fewerRows;
    return new Tensor[] {view};
  }

  /// Samples and places become rows: of some places of each sample a copy, as no stride reaches
  /// from one sample's to the next one's. Source: `computeStride` in `TensorUtils.cpp`.
  private static @Nullable Tensor[] rowsBack(Pass pass, GraphNode node, Tensor gradient) {
    return gradient.fewerRows
        ? new Tensor[] {pass.gradientOf(node.elements[0], gradient.dtype)}
        : reshapeBack(pass, node, gradient);
  }

  private static @Nullable Tensor[] turn(Pass pass, GraphNode node, Tensor gradient) {
    Layout layout =
        switch (gradient.layout) {
          case CONTIGUOUS -> Layout.PERMUTED;
          case PERMUTED -> Layout.CONTIGUOUS;
          case PART -> Layout.PART;
          case EXPANDED -> Layout.EXPANDED;
        };
    return new Tensor[] {pass.view(gradient, node.elements[0], layout)};
  }

  static @Nullable Tensor[] gather(Pass pass, GraphNode node, Tensor gradient) {
    if (gradient.layout == Layout.PERMUTED) {
      return new Tensor[] {pass.view(gradient, node.elements[0], Layout.CONTIGUOUS)};
    }
    return new Tensor[] {pass.gradientOf(node.elements[0], gradient.dtype)};
  }

  /// A copy in the order of the dimensions; none where flash attention left them in order, nor
  /// before a batch norm that is not cuDNN's. Source: `_batch_norm_impl_index` in
  /// `Normalization.cpp`.
  static Tensor contiguous(OperatorCall call, @Nullable Layer source) {
    Pass pass = call.pass;
    Tensor input = call.input(0);
    if (input.likeQuery && source != null && source.operation() instanceof Attention) {
      return input.retain();
    }
    if (call.layer.traits().call().startsWith("batch_norm#") && input.dtype == DType.BFLOAT16) {
      return input.retain();
    }
    GraphNode node = pass.node(CopyRules::same, input);
    return pass.from(node, call.result(input.dtype, input.storage.category()));
  }

  /// A new tensor of another size, with a new gradient: padding, interpolation, shifts.
  static Tensor copy(OperatorCall call) {
    Tensor input = call.input(0);
    GraphNode node = call.pass.node(GradientRules::each, input);
    return call.pass.from(node, call.result(input.dtype, Category.FEATURE_MAPS));
  }

  /// A padded copy. Maps with their channels last stay so; without anything to pad a clone keeps
  /// the order. Source: `constant_pad_nd` in `PadNd.cpp`.
  static Tensor pad(OperatorCall call, Pad operation) {
    Pass pass = call.pass;
    Tensor input = call.input(0);
    boolean keeps =
        operation.padding().size() <= 4 || operation.padding().stream().allMatch(n -> n == 0);
    Layout layout = keeps ? input.layout.copied() : Layout.CONTIGUOUS;
    GraphNode node = pass.node(keeps ? GradientRules::elementwise : GradientRules::each, input);
    if (operation.mode().savesInput()) {
      pass.save(node, input);
    }
    return pass.from(node, pass.make(call.elements(), input.dtype, Category.FEATURE_MAPS, layout));
  }

  /// Interpolation, which autocast runs in single precision.
  static Tensor upsample(OperatorCall call) {
    Pass pass = call.pass;
    Tensor input = call.autocast.raise(pass, call.input(0));
    GraphNode node = pass.node(GradientRules::each, input);
    Tensor result = pass.from(node, call.result(input.dtype, Category.FEATURE_MAPS));
    pass.release(input);
    return result;
  }

  /// The input of a convolution, padded differently at its two sides or not with zeros; takes the
  /// input over. Source: `_conv_forward` in `torch/nn/modules/conv.py`.
  static Tensor paddedFor(OperatorCall call, Convolution operation, Tensor input) {
    long elements = input.elements / Math.max(1, call.shape(0).elements());
    TensorShape shape = call.shape(0);
    int first = shape.rank() - operation.dimensions();
    for (int i = 0; i < shape.rank(); i++) {
      long pad = i < first ? 0 : operation.padding().get(i - first);
      elements = Math.multiplyExact(elements, shape.extent(i) + pad);
    }
    GraphNode node = call.pass.node(GradientRules::each, input);
    if (operation.paddingMode().savesInput()) {
      call.pass.save(node, input);
    }
    Tensor padded =
        call.pass.from(node, call.pass.make(elements, input.dtype, Category.FEATURE_MAPS));
    call.pass.release(input);
    return padded;
  }

  /// Its gradient is handed out in views.
  static Tensor concat(OperatorCall call, Concat operation) {
    Pass pass = call.pass;
    DType dtype = call.input(0).dtype;
    Tensor[] all = new Tensor[call.inputs()];
    for (int i = 0; i < all.length; i++) {
      all[i] = call.input(i);
      dtype = ArithmeticRules.wider(dtype, all[i].dtype);
    }
    boolean rows = !call.out.batched() && operation.dim() == 0;
    TensorShape out = call.out.shape();
    int dim = operation.dim() - 1;
    boolean places = call.out.batched() && dim >= 0 && dim < out.rank() - 1;
    GraphNode.Backward parts = places ? new Places(out.extent(dim))::back : CopyRules::parts;
    GraphNode node = pass.node(rows ? CopyRules::rows : parts, all);
    return pass.from(node, call.result(dtype, Category.FEATURE_MAPS));
  }

  /// Parts along the first dimension lie in order.
  private static @Nullable Tensor[] rows(Pass pass, GraphNode node, Tensor gradient) {
    @Nullable Tensor[] results = new @Nullable Tensor[node.next.length];
    for (int i = 0; i < results.length; i++) {
      if (node.needs(i)) {
        results[i] = pass.view(gradient, node.elements[i], Layout.CONTIGUOUS);
      }
    }
    return results;
  }

  /// Parts along a dimension that is neither the batch nor the last one.
  ///
  /// @param extent the dimension's extent in the whole
  private record Places(long extent) {

    @Nullable Tensor[] back(Pass pass, GraphNode node, Tensor gradient) {
      @Nullable Tensor[] results = parts(pass, node, gradient);
      for (Tensor part : results) {
        if (part != null) {
          boolean several = part.elements > gradient.elements / extent;
          part.fewerRows = part.layout == Layout.PART && several;
        }
      }
      return results;
    }
  }

  static @Nullable Tensor[] parts(Pass pass, GraphNode node, Tensor gradient) {
    @Nullable Tensor[] results = new @Nullable Tensor[node.next.length];
    for (int i = 0; i < results.length; i++) {
      if (node.needs(i)) {
        Layout layout = node.elements[i] == gradient.elements ? gradient.layout : Layout.PART;
        results[i] = pass.view(gradient, node.elements[i], layout);
      }
    }
    return results;
  }
}

package dev.headroom.budget.autograd;

import dev.headroom.memory.Category;
import dev.headroom.network.setup.Precision;
import dev.headroom.network.tensor.DType;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Which operators run in which format, and the half copies of the weights.
///
/// A float32 weight is copied once; the copy is kept until the forward pass and the loss are over.
/// Source: `aten/src/ATen/autocast_mode.h`: `AT_FORALL_LOWER_PRECISION_FP`, `AT_FORALL_FP32`,
/// `AT_FORALL_FP32_SET_OPT_DTYPE`, `AT_FORALL_PROMOTE`.
public final class Autocast {

  /// Operators that run in single precision, of those that no layer type stands for.
  private static final Set<String> SINGLE =
      Set.of(
          "acos",
          "asin",
          "cosh",
          "exp",
          "expm1",
          "log",
          "log10",
          "log1p",
          "log2",
          "norm",
          "pow",
          "reciprocal",
          "rsqrt",
          "sinh",
          "tan",
          "erfinv",
          "logsumexp",
          "cdist",
          "upsample_nearest1d",
          "_upsample_nearest_exact1d",
          "upsample_nearest2d",
          "_upsample_nearest_exact2d",
          "upsample_nearest3d",
          "_upsample_nearest_exact3d",
          "upsample_linear1d",
          "upsample_bilinear2d",
          "_upsample_bilinear2d_aa",
          "upsample_trilinear3d",
          "upsample_bicubic2d",
          "_upsample_bicubic2d_aa");

  /// Operators that take halves as they are, and answer in single precision: what they are called
  /// with says no format, and autocast sets it.
  private static final Set<String> ANSWERS_SINGLE =
      Set.of("prod", "cumprod", "cumsum", "linalg_vector_norm", "linalg_matrix_norm", "sum");

  /// Operators that run in the widest format of what they are given.
  private static final Set<String> WIDEST =
      Set.of(
          "addcdiv",
          "addcmul",
          "atan2",
          "bilinear",
          "cross",
          "dot",
          "grid_sampler",
          "index_put",
          "scatter_add",
          "tensordot",
          "vdot");

  /// Where a model switches it off.
  public static final Autocast OFF = new Autocast(Precision.FLOAT32, 0);

  private final boolean on;
  private final DType lower;
  private final @Nullable Tensor[] copies;
  private final List<Tensor> made = new ArrayList<>();

  public Autocast(Precision precision, int parameters) {
    on = precision.isAutocast();
    lower = precision.autocast();
    copies = new Tensor[on ? parameters : 0];
  }

  public static boolean isSingle(String operator) {
    return SINGLE.contains(operator);
  }

  public boolean answersSingle(String operator, DType dtype) {
    return on && dtype.isHalf() && ANSWERS_SINGLE.contains(operator);
  }

  public static boolean isWidest(String operator) {
    return WIDEST.contains(operator);
  }

  /// What float32 becomes for an operator on the list of half precision.
  public DType format() {
    return on ? lower : DType.FLOAT32;
  }

  public boolean isOn() {
    return on;
  }

  /// A value as an operator on the list of half precision sees it; held by the caller.
  public Tensor lower(Pass pass, Tensor tensor) {
    return on && tensor.dtype.isFloating() && tensor.dtype != DType.FLOAT64
        ? pass.cast(tensor, lower, tensor.storage.category())
        : tensor.retain();
  }

  /// A weight as such an operator sees it; held by the caller.
  public Tensor lower(Pass pass, Tensor weight, int parameter, boolean trainable) {
    if (!on || weight.dtype != DType.FLOAT32) {
      return weight.retain();
    }
    if (!trainable) {
      return pass.cast(weight, lower, Category.OTHER);
    }
    Tensor copy = copies[parameter];
    if (copy == null) {
      copy = pass.cast(weight, lower, Category.OTHER);
      copies[parameter] = copy;
      made.add(copy);
    }
    return copy.retain();
  }

  /// A value as an operator on the list of single precision sees it; held by the caller.
  public Tensor raise(Pass pass, Tensor tensor) {
    return on && tensor.dtype.isHalf()
        ? pass.cast(tensor, DType.FLOAT32, tensor.storage.category())
        : tensor.retain();
  }

  /// The end of the region: the copies go, unless they were saved.
  public void leave(Pass pass) {
    for (Tensor copy : made) {
      pass.release(copy);
    }
    made.clear();
    java.util.Arrays.fill(copies, null);
  }
}

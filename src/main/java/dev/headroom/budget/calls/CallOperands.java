package dev.headroom.budget.calls;

import dev.headroom.budget.autograd.Autocast;
import dev.headroom.budget.autograd.Pass;
import dev.headroom.budget.autograd.Tensor;
import dev.headroom.budget.calls.FrameworkCall.Operand;
import dev.headroom.budget.model.DeviceModel;
import dev.headroom.network.tensor.DType;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What autocast cast for the framework calls that run now.
public final class CallOperands {

  private final FrameworkCalls calls;
  private final DeviceModel model;
  private final Values values;
  private final List<Open> open = new ArrayList<>(2);

  public CallOperands(FrameworkCalls calls, DeviceModel model, Values values) {
    this.calls = calls;
    this.model = model;
    this.values = values;
  }

  /// Reads the value that a layer is given.
  public interface Values {
    Tensor given(int layer, int argument);
  }

  /// A call that runs, and its casts; none where nothing had to be cast.
  private static final class Open {
    private final FrameworkCall call;
    private final @Nullable Tensor[] casts;

    /// What was lowered before it was raised.
    private final @Nullable Tensor[] lowered;

    Open(FrameworkCall call, @Nullable Tensor[] casts, @Nullable Tensor[] lowered) {
      this.call = call;
      this.casts = casts;
      this.lowered = lowered;
    }
  }

  /// Puts half copies in the place of what a layer is given.
  public void lend(Pass pass, Autocast autocast, int at, Tensor[] given) {
    FrameworkCall starting = calls.startingAt(at);
    if (starting != null) {
      @Nullable Tensor[] casts = cast(pass, autocast, starting);
      @Nullable Tensor[] lowered = new @Nullable Tensor[starting.raises() ? casts.length : 0];
      for (int i = 0; i < lowered.length; i++) {
        raise(pass, autocast, starting.operands().get(i), casts, lowered, i);
      }
      open.add(new Open(starting, casts, lowered));
    }
    for (Open one : open) {
      List<Operand> operands = one.call.operands();
      for (int i = 0; i < operands.size(); i++) {
        Operand operand = operands.get(i);
        Tensor cast = one.casts[i];
        if (cast != null && operand.layer() == at && operand.argument() >= 0) {
          given[operand.argument()] = cast;
        }
      }
    }
  }

  private void raise(
      Pass pass,
      Autocast autocast,
      Operand operand,
      @Nullable Tensor[] casts,
      @Nullable Tensor[] lowered,
      int at) {
    Tensor half = casts[at];
    Tensor given = half == null ? values.given(operand.layer(), operand.argument()) : half;
    casts[at] = autocast.raise(pass, given);
    lowered[at] = half;
  }

  /// Whether a layer runs within a call that computes in single precision.
  public boolean raises() {
    return open.stream().anyMatch(one -> one.call.raises());
  }

  /// Whether such a call ends with a layer.
  public boolean raisesUpTo(int at) {
    return open.stream().anyMatch(one -> one.call.raises() && one.call.last() == at);
  }

  private @Nullable Tensor[] cast(Pass pass, Autocast autocast, FrameworkCall call) {
    List<Operand> operands = call.operands();
    @Nullable Tensor[] casts = new @Nullable Tensor[operands.size()];
    for (int i = 0; i < casts.length; i++) {
      Operand operand = operands.get(i);
      if (operand.parameter() >= 0) {
        DeviceModel.LayerWeights own = model.weights(operand.parameter());
        boolean kept = operand.argument() >= 0 || own.trainable();
        int tensor = operand.tensor();
        if (kept && own.tensors().size() > tensor) {
          casts[i] =
              autocast.lower(
                  pass, own.tensors().get(tensor), own.first() + tensor, own.trainable());
        }
      } else {
        Tensor value = values.given(operand.layer(), operand.argument());
        casts[i] = value.dtype == DType.FLOAT32 ? autocast.lower(pass, value) : null;
      }
    }
    return casts;
  }

  /// Where the call that ends with a layer began; behind all layers where none ends.
  public int startOfEnding(int at) {
    int start = Integer.MAX_VALUE;
    for (Open one : open) {
      start = at >= one.call.last() ? Math.min(start, one.call.first()) : start;
    }
    return start;
  }

  /// A layer has run: the casts of calls that end with it go, the last one first.
  public void leave(Pass pass, int at) {
    for (int i = open.size() - 1; i >= 0; i--) {
      if (at >= open.get(i).call.last()) {
        drop(pass, open.remove(i));
      }
    }
  }

  /// No call is open any more.
  public void leave(Pass pass) {
    while (!open.isEmpty()) {
      drop(pass, open.removeLast());
    }
  }

  private static void drop(Pass pass, Open ended) {
    drop(pass, ended.casts);
    drop(pass, ended.lowered);
  }

  private static void drop(Pass pass, @Nullable Tensor[] casts) {
    for (int i = casts.length - 1; i >= 0; i--) {
      Tensor cast = casts[i];
      if (cast != null) {
        pass.release(cast);
      }
    }
  }
}

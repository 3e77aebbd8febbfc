package dev.headroom.budget;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// The parameters that a rank gathers from the others for as long as it needs them: those of each
/// layer are a unit, and the next one comes before the last one goes, so that two are there.
///
/// Sources: Zhao et al., "PyTorch FSDP", 2023, section 3.3.2 (two units in flight);
/// Rajbhandari et al., "ZeRO", 2020, section 5.3. How a job wraps its modules into units no config
/// says: larger units cost more.
final class GatheredUnits {

  private final Model model;
  private final boolean sharded;
  private @Nullable Tensor last;
  private @Nullable Tensor current;
  private int layer = -1;

  /// @param sharded whether ranks keep shares of the parameters; else there is nothing to gather
  GatheredUnits(Model model, boolean sharded) {
    this.model = model;
    this.sharded = sharded;
  }

  /// A layer is about to run, forward or backward.
  ///
  /// @param next its position, or −1 where it is none
  void gather(Pass pass, int next) {
    if (!sharded || next < 0 || next == layer) {
      return;
    }
    List<Tensor> own = model.weights(next).tensors();
    if (own.isEmpty()) {
      return;
    }
    long elements = 0;
    for (Tensor tensor : own) {
      elements = Math.addExact(elements, tensor.elements);
    }
    Tensor gone = last;
    if (gone != null) {
      pass.drop(gone);
    }
    last = current;
    current = pass.make(elements, own.getFirst().dtype, Category.PARAMETERS);
    layer = next;
  }

  /// A pass is over: only the shares stay.
  void release(Pass pass) {
    for (Tensor tensor : new @Nullable Tensor[] {last, current}) {
      if (tensor != null) {
        pass.drop(tensor);
      }
    }
    last = null;
    current = null;
    layer = -1;
  }
}

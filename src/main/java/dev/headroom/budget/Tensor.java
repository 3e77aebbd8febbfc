package dev.headroom.budget;

import dev.headroom.network.DType;
import org.jspecify.annotations.Nullable;

/// A look at a storage, and the node that its gradient goes to.
///
/// References are counted, as the framework counts them: what may be written in place depends on
/// it.
final class Tensor {

  final Storage storage;
  final long elements;
  final DType dtype;
  final Layout layout;

  /// Where its gradient goes; none if it needs no gradient.
  @Nullable Node node;

  /// Whether an attention module made it out of a sequence that has the batch second: then batch
  /// and
  /// heads are one dimension, which the module's last view takes apart.
  boolean headsJoined;

  /// Whether it is what flash attention's padded result was cut to: bringing its heads together
  /// copies.
  boolean cut;

  /// Whether flash attention laid it out as its query lies, heads behind places: bringing its heads
  /// together copies nothing.
  boolean likeQuery;

  /// Whether it looks at a storage that another tensor made. A view holds its base, also where no
  /// graph is recorded, so that nothing is summed into it in place. Source: `ADInplaceOrView`.
  boolean isView;

  private int references = 1;

  Tensor(Storage storage, long elements, DType dtype, Layout layout) {
    this.storage = storage;
    this.elements = elements;
    this.dtype = dtype;
    this.layout = layout;
    storage.hold();
  }

  boolean needsGradient() {
    return node != null;
  }

  Tensor hold() {
    references++;
    return this;
  }

  /// Whether nobody holds it any more.
  boolean letGo() {
    references--;
    return references == 0;
  }

  boolean heldOnce() {
    return references == 1;
  }
}

package dev.headroom.budget.autograd;

import dev.headroom.budget.trace.Storage;
import dev.headroom.network.tensor.DType;
import org.jspecify.annotations.Nullable;

/// A tensor: a view of a storage, and the node that its gradient goes to.
///
/// References are counted, as the framework counts them: what may be written in place depends on
/// it.
public final class Tensor {

  public final Storage storage;
  public final long elements;
  public final DType dtype;
  public final Layout layout;

  /// Where its gradient goes; none if it needs no gradient.
  public @Nullable GraphNode node;

  /// Whether an attention module made it out of a sequence that has the batch second: then batch
  /// and heads are one dimension, which the module's last view takes apart.
  public boolean headsJoined;

  /// Whether it is what flash attention's padded result was cut to: bringing its heads together
  /// copies.
  public boolean cut;

  /// Whether flash attention laid it out as its query lies, heads behind places: bringing its heads
  /// together copies nothing.
  public boolean likeQuery;

  /// Whether it is a part of each sample, along a dimension before the last one.
  public boolean fewerRows;

  /// Whether it looks at a storage that another tensor made. A view holds its base, also where no
  /// graph is recorded, so that nothing is summed into it in place. Source: `ADInplaceOrView`.
  public boolean isView;

  private int references = 1;

  public Tensor(Storage storage, long elements, DType dtype, Layout layout) {
    this.storage = storage;
    this.elements = elements;
    this.dtype = dtype;
    this.layout = layout;
    storage.retain();
  }

  boolean needsGradient() {
    return node != null;
  }

  public Tensor retain() {
    references++;
    return this;
  }

  /// Whether nobody holds it any more.
  boolean release() {
    references--;
    return references == 0;
  }

  public boolean isUnique() {
    return references == 1;
  }
}

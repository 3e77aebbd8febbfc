package dev.headroom.budget.autograd;

/// How the elements of a tensor lie in its storage.
public enum Layout {
  /// In the order of the dimensions.
  CONTIGUOUS,
  /// Without holes, in another order.
  PERMUTED,
  /// A part of a larger storage.
  PART,
  /// One element of the storage stands for many.
  EXPANDED;

  /// How a copy lies that keeps the order of the elements.
  public Layout copied() {
    return this == PERMUTED ? PERMUTED : CONTIGUOUS;
  }

  /// Whether a sum may be written into it.
  public boolean isDense() {
    return this == CONTIGUOUS || this == PERMUTED;
  }
}

package dev.headroom.budget;

/// How the elements of a tensor lie in its storage.
enum Layout {
  /// In the order of the dimensions.
  CONTIGUOUS,
  /// Without holes, in another order.
  PERMUTED,
  /// A part of a larger storage.
  PART,
  /// One element of the storage stands for many.
  EXPANDED;

  /// Whether a sum may be written into it.
  boolean isDense() {
    return this == CONTIGUOUS || this == PERMUTED;
  }
}

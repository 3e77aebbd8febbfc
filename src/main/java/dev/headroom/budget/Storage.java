package dev.headroom.budget;

/// A piece of memory that tensors look at: allocated once, released when the last of them goes.
final class Storage {

  final int id;
  final long bytes;

  /// Whether it outlives the step that makes it: then only the first step does.
  final boolean kept;

  /// The layer that wrote it last, or −1.
  int layer;

  Category category;

  /// Whether the forward pass saved it for the backward pass.
  boolean saved;

  private int references;

  Storage(int id, long bytes, Category category, int layer, boolean kept) {
    this.id = id;
    this.bytes = bytes;
    this.category = category;
    this.layer = layer;
    this.kept = kept;
  }

  void hold() {
    references++;
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

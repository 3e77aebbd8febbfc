package dev.headroom.budget.trace;

import dev.headroom.memory.Category;

/// A storage: memory that tensors share, allocated once and released with its last reference.
public final class Storage {

  public final int id;
  public final long bytes;

  /// Whether it outlives the step that makes it: then only the first step does.
  public final boolean kept;

  /// The layer that wrote it last, or −1.
  public int layer;

  public Category category;

  /// Whether the forward pass saved it for the backward pass.
  public boolean saved;

  private int references;

  public Storage(int id, long bytes, Category category, int layer, boolean kept) {
    this.id = id;
    this.bytes = bytes;
    this.category = category;
    this.layer = layer;
    this.kept = kept;
  }

  public void retain() {
    references++;
  }

  /// Whether nobody holds it any more.
  public boolean release() {
    references--;
    return references == 0;
  }

  public boolean isUnique() {
    return references == 1;
  }
}

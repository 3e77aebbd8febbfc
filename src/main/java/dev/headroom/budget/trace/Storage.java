package dev.headroom.budget.trace;

import dev.headroom.memory.Category;

/// A storage: memory that tensors share, allocated once and released with its last reference.
public final class Storage {

  public final int id;
  public final long bytes;

  /// Whether it outlives the step that makes it: then only the first step does.
  public final boolean kept;

  private int layer;
  private Category category;
  private boolean saved;
  private int references;

  public Storage(int id, long bytes, Category category, int layer, boolean kept) {
    this.id = id;
    this.bytes = bytes;
    this.category = category;
    this.layer = layer;
    this.kept = kept;
  }

  public Category category() {
    return category;
  }

  /// A layer writes into it, in place.
  public void writtenBy(int writer) {
    layer = writer;
  }

  /// What it holds is something else from now on.
  public void becomes(Category other) {
    category = other;
  }

  /// The forward pass saves it for the backward pass.
  public void markSaved() {
    saved = true;
  }

  /// What it is now.
  ///
  /// @param counted whether it is one of the forward pass whose saved storages count
  AllocatedStorage now(boolean counted) {
    boolean counts = counted || (kept && category == Category.INPUT_DATA);
    return new AllocatedStorage(id, bytes, category, layer, kept, saved && counts);
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

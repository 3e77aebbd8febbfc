package dev.headroom.ledger;

import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// An immutable map from names, cut into shelves so that a change copies one shelf and not the
/// whole.
/// Made by an [Editor], which copies a shelf on its first change and then writes to its copy.
public final class Table<V> {

  private static final int SHELVES = 1024;

  private final @Nullable HashMap<String, V>[] shelves;
  private final int size;

  private Table(@Nullable HashMap<String, V>[] shelves, int size) {
    this.shelves = shelves;
    this.size = size;
  }

  @SuppressWarnings({"unchecked", "rawtypes"})
  static <V> Table<V> empty() {
    return new Table<>(new HashMap[SHELVES], 0);
  }

  public @Nullable V get(String name) {
    var shelf = shelves[slot(name)];
    return shelf == null ? null : shelf.get(name);
  }

  public int size() {
    return size;
  }

  /// Every value, in no order.
  public void forEach(Consumer<? super V> action) {
    for (var shelf : shelves) {
      if (shelf != null) {
        shelf.values().forEach(action);
      }
    }
  }

  Editor<V> edit() {
    return new Editor<>(this);
  }

  private static int slot(String name) {
    int hash = name.hashCode() * 0x9E3779B9;
    return hash >>> 22;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Table<?> that
        && size == that.size
        && contents().equals(that.contents());
  }

  @Override
  public int hashCode() {
    return contents().hashCode();
  }

  private Map<String, V> contents() {
    var all = new HashMap<String, V>();
    for (var shelf : shelves) {
      if (shelf != null) {
        all.putAll(shelf);
      }
    }
    return all;
  }

  /// Changes to a table; of one thread, and used up by [#finish].
  static final class Editor<V> {

    private final Table<V> origin;
    private @Nullable HashMap<String, V>[] shelves;
    private int size;
    private boolean changed;
    private final BitSet copied = new BitSet();

    private Editor(Table<V> origin) {
      this.origin = origin;
      this.shelves = origin.shelves;
      this.size = origin.size;
    }

    @Nullable V get(String name) {
      var shelf = shelves[slot(name)];
      return shelf == null ? null : shelf.get(name);
    }

    int size() {
      return size;
    }

    void put(String name, V value) {
      if (writable(name).put(name, value) == null) {
        size++;
      }
    }

    void remove(String name) {
      if (get(name) != null) {
        writable(name).remove(name);
        size--;
      }
    }

    private Map<String, V> writable(String name) {
      if (!changed) {
        shelves = Arrays.copyOf(shelves, shelves.length);
        changed = true;
      }
      int slot = slot(name);
      var shelf = shelves[slot];
      if (shelf == null) {
        shelf = new HashMap<>(4);
        shelves[slot] = shelf;
        copied.set(slot);
      } else if (!copied.get(slot)) {
        shelf = new HashMap<>(shelf);
        shelves[slot] = shelf;
        copied.set(slot);
      }
      return shelf;
    }

    Table<V> finish() {
      return changed ? new Table<>(shelves, size) : origin;
    }
  }
}

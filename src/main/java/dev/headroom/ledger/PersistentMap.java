package dev.headroom.ledger;

import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// An immutable map from names, cut into shelves so that a change copies one shelf and not the
/// whole. Made by an [Editor], which copies a shelf on its first change and then writes to its
/// copy.
///
/// A shelf is a flat array of names, each before its value, searched from where the name's hash
/// says to the next gap: copied in one go, and without an object for each entry.
public final class PersistentMap<V> {

  private static final int SEGMENTS = 1024;
  private static final int MIN_SLOTS = 8;

  private final @Nullable Object[] @Nullable [] segments;
  private final int size;

  private PersistentMap(@Nullable Object[] @Nullable [] shelves, int size) {
    this.segments = shelves;
    this.size = size;
  }

  static <V> PersistentMap<V> empty() {
    return new PersistentMap<>(new @Nullable Object[SEGMENTS] @Nullable [], 0);
  }

  @SuppressWarnings("unchecked")
  public @Nullable V get(String name) {
    return (V) find(segments, name);
  }

  public int size() {
    return size;
  }

  /// Every value, in no order.
  @SuppressWarnings("unchecked")
  public void forEach(Consumer<? super V> action) {
    for (var shelf : segments) {
      for (int at = 1; shelf != null && at < shelf.length; at += 2) {
        V value = (V) shelf[at];
        if (value != null) {
          action.accept(value);
        }
      }
    }
  }

  Editor<V> edit() {
    return new Editor<>(this);
  }

  private static int hash(String name) {
    return name.hashCode() * 0x9E3779B9;
  }

  private static int slot(String name) {
    return hash(name) >>> 22;
  }

  private static @Nullable Object find(@Nullable Object[] @Nullable [] shelves, String name) {
    @Nullable Object[] shelf = shelves[slot(name)];
    return shelf == null ? null : shelf[place(shelf, name) + 1];
  }

  /// Where a name stands on a shelf, or the gap where it would. There always is one.
  private static int place(@Nullable Object[] shelf, String name) {
    int last = shelf.length - 1;
    int at = (hash(name) >>> 3) & last & ~1;
    for (Object other = shelf[at]; other != null && !name.equals(other); other = shelf[at]) {
      at = (at + 2) & last;
    }
    return at;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof PersistentMap<?> that
        && size == that.size
        && contents().equals(that.contents());
  }

  @Override
  public int hashCode() {
    return contents().hashCode();
  }

  private Map<Object, @Nullable Object> contents() {
    var all = new HashMap<Object, @Nullable Object>();
    for (var shelf : segments) {
      for (int at = 0; shelf != null && at < shelf.length; at += 2) {
        Object name = shelf[at];
        if (name != null) {
          all.put(name, shelf[at + 1]);
        }
      }
    }
    return all;
  }

  /// Changes to a table; of one thread, and used up by [#finish].
  static final class Editor<V> {

    private final PersistentMap<V> origin;
    private @Nullable Object[] @Nullable [] segments;
    private int size;
    private boolean changed;
    private final BitSet copied = new BitSet();

    private Editor(PersistentMap<V> origin) {
      this.origin = origin;
      this.segments = origin.segments;
      this.size = origin.size;
    }

    @SuppressWarnings("unchecked")
    @Nullable V get(String name) {
      return (V) find(segments, name);
    }

    int size() {
      return size;
    }

    void put(String name, V value) {
      int slot = slot(name);
      var shelf = writable(slot);
      int at = place(shelf, name);
      if (shelf[at] == null) {
        size++;
        if (isCrowded(shelf)) {
          shelf = copy(shelf, null, shelf.length * 2);
          segments[slot] = shelf;
          at = place(shelf, name);
        }
      }
      shelf[at] = name;
      shelf[at + 1] = value;
    }

    void remove(String name) {
      if (get(name) != null) {
        int slot = slot(name);
        var shelf = writable(slot);
        segments[slot] = copy(shelf, name, shelf.length);
        size--;
      }
    }

    private @Nullable Object[] writable(int slot) {
      if (!changed) {
        segments = Arrays.copyOf(segments, segments.length);
        changed = true;
      }
      var shelf = segments[slot];
      if (shelf == null || !copied.get(slot)) {
        shelf =
            shelf == null ? new @Nullable Object[MIN_SLOTS] : Arrays.copyOf(shelf, shelf.length);
        segments[slot] = shelf;
        copied.set(slot);
      }
      return shelf;
    }

    /// Whether one more would leave less than a quarter of it free.
    private static boolean isCrowded(@Nullable Object[] shelf) {
      int names = 1;
      for (int at = 0; at < shelf.length; at += 2) {
        names += shelf[at] == null ? 0 : 1;
      }
      return names * 8 > shelf.length * 3;
    }

    /// All but one name, each at its place.
    private static @Nullable Object[] copy(
        @Nullable Object[] shelf, @Nullable String without, int length) {
      @Nullable Object[] copy = new @Nullable Object[length];
      for (int from = 0; from < shelf.length; from += 2) {
        if (shelf[from] instanceof String name && !name.equals(without)) {
          int to = place(copy, name);
          copy[to] = name;
          copy[to + 1] = shelf[from + 1];
        }
      }
      return copy;
    }

    PersistentMap<V> finish() {
      return changed ? new PersistentMap<>(segments, size) : origin;
    }
  }
}

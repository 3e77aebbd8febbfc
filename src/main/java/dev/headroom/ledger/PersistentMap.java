package dev.headroom.ledger;

import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// An immutable hash map from names to values, divided into segments by hash, so that a change
/// copies one segment and not the whole map.
///
/// A segment is a flat array with open addressing, each name before its value. It is copied in one
/// go and has no object for each entry:
///
/// ```
/// hash("a") = 0x00C2…  segment 3 of 1024 (the upper ten bits)
/// segment 3: [ "a", valueOfA, null, null, "b", valueOfB, … ]
/// ```
///
/// An [Editor] copies a segment on its first change:
///
/// ```java
/// var jobs = snapshot.jobs().edit();
/// jobs.put("resnet50-7f3a", state);
/// PersistentMap<JobState> changed = jobs.finish(); // snapshot.jobs() is as it was
/// ```
public final class PersistentMap<V> {

  private static final int SEGMENTS = 1024;
  private static final int MIN_SLOTS = 8;

  private final @Nullable Object[] @Nullable [] segments;
  private final int size;

  private PersistentMap(@Nullable Object[] @Nullable [] segments, int size) {
    this.segments = segments;
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
    for (var segment : segments) {
      for (int at = 1; segment != null && at < segment.length; at += 2) {
        V value = (V) segment[at];
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

  private static @Nullable Object find(@Nullable Object[] @Nullable [] segments, String name) {
    @Nullable Object[] segment = segments[slot(name)];
    return segment == null ? null : segment[place(segment, name) + 1];
  }

  /// Where a name stands on a segment, or the gap where it would. There always is one.
  private static int place(@Nullable Object[] segment, String name) {
    int last = segment.length - 1;
    int at = (hash(name) >>> 3) & last & ~1;
    for (Object other = segment[at]; other != null && !name.equals(other); other = segment[at]) {
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
    for (var segment : segments) {
      for (int at = 0; segment != null && at < segment.length; at += 2) {
        Object name = segment[at];
        if (name != null) {
          all.put(name, segment[at + 1]);
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
      var segment = writable(slot);
      int at = place(segment, name);
      if (segment[at] == null) {
        size++;
        if (isCrowded(segment)) {
          segment = copy(segment, null, segment.length * 2);
          segments[slot] = segment;
          at = place(segment, name);
        }
      }
      segment[at] = name;
      segment[at + 1] = value;
    }

    void remove(String name) {
      if (get(name) != null) {
        int slot = slot(name);
        var segment = writable(slot);
        segments[slot] = copy(segment, name, segment.length);
        size--;
      }
    }

    private @Nullable Object[] writable(int slot) {
      if (!changed) {
        segments = Arrays.copyOf(segments, segments.length);
        changed = true;
      }
      var segment = segments[slot];
      if (segment == null || !copied.get(slot)) {
        segment =
            segment == null
                ? new @Nullable Object[MIN_SLOTS]
                : Arrays.copyOf(segment, segment.length);
        segments[slot] = segment;
        copied.set(slot);
      }
      return segment;
    }

    /// Whether one more would leave less than a quarter of it free.
    private static boolean isCrowded(@Nullable Object[] segment) {
      int names = 1;
      for (int at = 0; at < segment.length; at += 2) {
        names += segment[at] == null ? 0 : 1;
      }
      return names * 8 > segment.length * 3;
    }

    /// All but one name, each at its place.
    private static @Nullable Object[] copy(
        @Nullable Object[] segment, @Nullable String without, int length) {
      @Nullable Object[] copy = new @Nullable Object[length];
      for (int from = 0; from < segment.length; from += 2) {
        if (segment[from] instanceof String name && !name.equals(without)) {
          int to = place(copy, name);
          copy[to] = name;
          copy[to + 1] = segment[from + 1];
        }
      }
      return copy;
    }

    PersistentMap<V> finish() {
      return changed ? new PersistentMap<>(segments, size) : origin;
    }
  }
}

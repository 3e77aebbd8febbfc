package dev.headroom.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Does what a `HashMap` does, while every map of before stays as it was.
class PersistentMapTest {

  private record Version(PersistentMap<Integer> map, Map<String, Integer> expected) {}

  @Test
  void everyVersionIsThatOfAHashMap() {
    // Given names that crowd some segments
    var random = new Random(7);
    var names = new ArrayList<String>();
    for (int i = 0; i < 4000; i++) {
      names.add("job-" + i);
    }
    var versions = new ArrayList<Version>();
    PersistentMap<Integer> map = PersistentMap.empty();
    var expected = new HashMap<String, Integer>();

    // When
    for (int round = 0; round < 60; round++) {
      PersistentMap.Editor<Integer> editor = map.edit();
      for (int i = 0; i < 200; i++) {
        String name = names.get(random.nextInt(names.size()));
        if (random.nextInt(3) == 0) {
          editor.remove(name);
          expected.remove(name);
        } else {
          int value = random.nextInt();
          editor.put(name, value);
          expected.put(name, value);
        }
        assertThat(editor.get(name)).isEqualTo(expected.get(name));
      }
      assertThat(editor.size()).isEqualTo(expected.size());
      map = editor.finish();
      versions.add(new Version(map, Map.copyOf(expected)));
    }

    // Then
    for (Version version : versions) {
      assertSame(version, names);
    }
  }

  @Test
  void collidingNamesAreAllFound() {
    // Given names of one hash: "Aa" and "BB" have the same
    List<String> names = colliding(6);
    PersistentMap.Editor<Integer> editor = PersistentMap.<Integer>empty().edit();
    var expected = new HashMap<String, Integer>();
    for (String name : names) {
      editor.put(name, names.indexOf(name));
      expected.put(name, names.indexOf(name));
    }
    assertSame(new Version(editor.finish(), expected), names);

    // When every other goes
    for (int i = 0; i < names.size(); i += 2) {
      editor.remove(names.get(i));
      expected.remove(names.get(i));
    }

    // Then
    assertSame(new Version(editor.finish(), expected), names);
  }

  @Test
  void mapsAreEqualByWhatIsInThem() {
    // Given
    PersistentMap<Integer> one = of("a", 1).edit().finish();
    PersistentMap<Integer> other = of("b", 2);
    PersistentMap.Editor<Integer> editor = other.edit();
    editor.remove("b");
    editor.put("a", 1);

    // Then
    assertThat(editor.finish()).isEqualTo(one).hasSameHashCodeAs(one);
    assertThat(one).isNotEqualTo(other).isNotEqualTo(of("a", 2));
    assertThat(one).isNotEqualTo(PersistentMap.<Integer>empty());
  }

  @Test
  void withoutAChangeItIsTheSameMap() {
    PersistentMap<Integer> map = of("a", 1);
    PersistentMap.Editor<Integer> editor = map.edit();
    editor.remove("unknown");
    assertThat(editor.finish()).isSameAs(map);
  }

  private static PersistentMap<Integer> of(String name, int value) {
    PersistentMap.Editor<Integer> editor = PersistentMap.<Integer>empty().edit();
    editor.put(name, value);
    return editor.finish();
  }

  private static List<String> colliding(int pairs) {
    List<String> names = List.of("");
    for (int i = 0; i < pairs; i++) {
      var longer = new ArrayList<String>();
      for (String name : names) {
        longer.add(name + "Aa");
        longer.add(name + "BB");
      }
      names = longer;
    }
    return names;
  }

  private static void assertSame(Version version, List<String> names) {
    for (String name : names) {
      assertThat(version.map().get(name)).isEqualTo(version.expected().get(name));
    }
    var values = new ArrayList<Integer>();
    version.map().forEach(values::add);
    assertThat(values).containsExactlyInAnyOrderElementsOf(version.expected().values());
    assertThat(version.map().size()).isEqualTo(version.expected().size());
  }
}

package dev.headroom.api.events;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MergePatchTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"a":1,"b":{"c":2,"d":3}} | {"a":1,"b":{"c":2,"d":4}} | {"b":{"d":4}}
          {"a":1}                   | {"a":1}                   | {}
          {"a":1,"b":2}             | {"a":1}                   | {"b":null}
          {"a":[1,2]}               | {"a":[2]}                 | {"a":[2]}
          {"a":{"b":1}}             | {"a":3}                   | {"a":3}
          {"a":3}                   | {"a":{"b":1}}             | {"a":{"b":1}}
          """)
  void onlyWhatChangedIsInIt(String before, String after, String patch) throws IOException {
    assertThat(MergePatch.between(tree(before), tree(after))).isEqualTo(tree(patch));
  }

  @Test
  void mergedIntoTheOldDocumentItMakesTheNewOne() throws IOException {
    var random = new Random(11);
    for (int i = 0; i < 2000; i++) {
      // Given
      ObjectNode before = random(random, 3);
      ObjectNode after = random.nextBoolean() ? random(random, 3) : changed(before, random);
      // Then, as Jackson merges and RFC 7396 says
      assertThat(merged(before.deepCopy(), MergePatch.between(before, after))).isEqualTo(after);
    }
  }

  /// RFC 7396, section 2.
  private static ObjectNode merged(ObjectNode target, ObjectNode patch) {
    for (Map.Entry<String, JsonNode> member : patch.properties()) {
      JsonNode value = member.getValue();
      if (value.isNull()) {
        target.remove(member.getKey());
      } else if (value instanceof ObjectNode inner) {
        ObjectNode into =
            target.get(member.getKey()) instanceof ObjectNode old ? old : JSON.createObjectNode();
        target.set(member.getKey(), merged(into, inner));
      } else {
        target.set(member.getKey(), value);
      }
    }
    return target;
  }

  private static ObjectNode changed(ObjectNode node, Random random) {
    ObjectNode copy = node.deepCopy();
    copy.put("k" + random.nextInt(4), random.nextInt(3));
    return copy;
  }

  private static ObjectNode random(Random random, int depth) {
    ObjectNode node = JSON.createObjectNode();
    for (int i = 0; i < random.nextInt(5); i++) {
      String name = "k" + random.nextInt(4);
      switch (random.nextInt(depth > 0 ? 3 : 2)) {
        case 0 -> node.put(name, random.nextInt(3));
        case 1 -> node.putArray(name).add(random.nextInt(3));
        default -> node.set(name, random(random, depth - 1));
      }
    }
    return node;
  }

  private static ObjectNode tree(String json) throws IOException {
    return (ObjectNode) JSON.readTree(json);
  }
}

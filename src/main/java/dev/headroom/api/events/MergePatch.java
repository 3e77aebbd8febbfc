package dev.headroom.api.events;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Iterator;
import java.util.Map;

/// JSON Merge Patch (RFC 7396): what has to be merged into one document to make another of it. The
/// documents have no nulls, since a null in a patch takes a member away.
final class MergePatch {

  private MergePatch() {}

  /// The patch; an empty object where both are equal.
  static ObjectNode between(ObjectNode before, ObjectNode after) {
    ObjectNode patch = after.objectNode();
    for (Map.Entry<String, JsonNode> member : after.properties()) {
      String name = member.getKey();
      JsonNode old = before.get(name);
      JsonNode fresh = member.getValue();
      if (old instanceof ObjectNode oldObject && fresh instanceof ObjectNode freshObject) {
        ObjectNode inner = between(oldObject, freshObject);
        if (!inner.isEmpty()) {
          patch.set(name, inner);
        }
      } else if (!fresh.equals(old)) {
        patch.set(name, fresh);
      }
    }
    for (Iterator<String> names = before.fieldNames(); names.hasNext(); ) {
      String name = names.next();
      if (!after.has(name)) {
        patch.putNull(name);
      }
    }
    return patch;
  }
}

package dev.headroom.budget.whatif;

import dev.headroom.network.Network;
import dev.headroom.network.tensor.TensorShape;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Shapes of inputs as people write them: `3x384x384`, `256`, `ids=256`.
final class InputShapes {

  private InputShapes() {}

  /// @throws IllegalArgumentException naming what is no shape, or which input is meant
  static Map<String, TensorShape> of(List<String> texts, Network network) {
    var shapes = new LinkedHashMap<String, TensorShape>();
    for (String text : texts) {
      int sign = text.lastIndexOf('=');
      if (sign < 0 && network.inputs().size() != 1) {
        throw new IllegalArgumentException("input needs a name, as in ids=256: " + text);
      }
      String name = sign < 0 ? network.inputs().getFirst().name() : text.substring(0, sign);
      shapes.put(name, shape(text.substring(sign + 1)));
    }
    return shapes;
  }

  private static TensorShape shape(String text) {
    try {
      return TensorShape.of(
          Arrays.stream(text.split("x", -1)).mapToLong(Long::parseUnsignedLong).toArray());
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("input is no shape such as 3x384x384: " + text, e);
    }
  }
}

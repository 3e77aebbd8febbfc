package dev.headroom.budget;

import dev.headroom.network.Arithmetic;
import dev.headroom.network.Contiguous;
import dev.headroom.network.Layer;
import dev.headroom.network.Leaf;
import dev.headroom.network.Linear;
import dev.headroom.network.View;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Linear layers that a config spells out, because their input does not lie in order: a copy of the
/// input, a product, and the sum with the bias, all within one module.
///
/// Autocast sees the one call: it casts bias, weight and input before the copy, and the cast input
/// lives until the call returns. Source: `at::linear`, `autocast_mode.h`.
final class SpreadProducts {

  /// One of them: positions of its parts; without a bias those are −1.
  record Parts(int copy, int product, int bias, int sum) {

    int last() {
      return Math.max(product, sum);
    }
  }

  private final Map<Integer, Parts> byCopy = new HashMap<>();
  private final Map<Integer, Parts> bySum = new HashMap<>();

  /// @param sources where each layer's first input comes from, views looked through
  SpreadProducts(List<Layer> layers, int[][] arguments, int[] sources) {
    int[] readers = readers(layers.size(), arguments);
    for (int i = 0; i < layers.size(); i++) {
      if (layers.get(i).operation() instanceof Linear linear && !linear.bias()) {
        int copy = sources[i];
        if (copy >= 0
            && layers.get(copy).operation() instanceof Contiguous
            && within(layers.get(copy).name(), layers.get(i).name())) {
          add(layers, arguments, readers, copy, i);
        }
      }
    }
  }

  private void add(List<Layer> layers, int[][] arguments, int[] readers, int copy, int product) {
    int reader = readers[product];
    while (reader >= 0 && layers.get(reader).operation() instanceof View) {
      reader = readers[reader];
    }
    Parts parts = new Parts(copy, product, -1, -1);
    if (reader >= 0
        && layers.get(reader).operation() instanceof Arithmetic sum
        && sum.kind() == Arithmetic.Kind.ADD
        && arguments[reader].length == 2
        && within(layers.get(reader).name(), layers.get(product).name())) {
      int bias = arguments[reader][1];
      if (bias >= 0
          && layers.get(bias).operation() instanceof Leaf leaf
          && leaf.kind() == Leaf.Kind.PARAMETER) {
        parts = new Parts(copy, product, bias, reader);
        bySum.put(reader, parts);
      }
    }
    byCopy.put(copy, parts);
  }

  /// The first reader of each result, or −1.
  private static int[] readers(int layers, int[][] arguments) {
    int[] readers = new int[layers];
    Arrays.fill(readers, -1);
    for (int i = layers - 1; i >= 0; i--) {
      for (int from : arguments[i]) {
        if (from >= 0) {
          readers[from] = i;
        }
      }
    }
    return readers;
  }

  /// Whether a layer's name says that the module which a product is named after ran it.
  private static boolean within(String name, String product) {
    int dot = name.lastIndexOf('.');
    return dot >= 0 && product.startsWith(name.substring(0, dot)) && isNumber(product, dot);
  }

  /// Whether a name ends there, or goes on as the names of later calls do.
  private static boolean isNumber(String name, int from) {
    boolean number = from == name.length() || name.charAt(from) == '_';
    for (int i = from + 1; i < name.length(); i++) {
      number &= Character.isDigit(name.charAt(i));
    }
    return number;
  }

  /// The product that a layer copies for, null where it copies for none.
  @Nullable Parts ofCopy(int layer) {
    return byCopy.get(layer);
  }

  @Nullable Parts ofSum(int layer) {
    return bySum.get(layer);
  }
}

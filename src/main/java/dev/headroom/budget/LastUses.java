package dev.headroom.budget;

import dev.headroom.network.Layer;
import dev.headroom.network.Lifetimes;
import dev.headroom.network.Network;
import java.util.Arrays;
import java.util.List;

/// After which layer each layer's result goes, if nothing saved it.
///
/// Observed: after its last use, or the layer up to which something holds it. Assumed: every module
/// call holds its arguments until it returns, as `Module.__call__` does.
final class LastUses {

  private final int[][] going;

  LastUses(Network network, Positions index) {
    List<Layer> layers = network.layers();
    int count = layers.size();
    int[] last = new int[count];
    boolean assumed = network.lifetimes() == Lifetimes.ASSUMED;
    var calls = assumed ? new ModuleCalls(layers) : null;
    for (int i = 0; i < count; i++) {
      Layer layer = layers.get(i);
      last[i] = Math.max(last[i], i);
      String until = layer.traits().heldUntil();
      if (!until.isEmpty()) {
        last[i] = Math.max(last[i], index.of(until));
      }
      for (String input : layer.inputs()) {
        use(index.of(input), i, last, calls);
      }
      if (!layer.traits().weight().isEmpty()) {
        use(index.of(layer.traits().weight()), i, last, calls);
      }
    }
    for (String output : network.outputs()) {
      keep(index.of(output), last, count);
    }
    for (String output : network.loss().inputs()) {
      keep(index.of(output), last, count);
    }
    int[] sizes = new int[count + 1];
    for (int at : last) {
      sizes[at]++;
    }
    going = new int[count + 1][];
    for (int i = 0; i <= count; i++) {
      going[i] = new int[sizes[i]];
    }
    Arrays.fill(sizes, 0);
    for (int i = 0; i < count; i++) {
      going[last[i]][sizes[last[i]]++] = i;
    }
  }

  private static void use(
      int value, int by, int[] last, @org.jspecify.annotations.Nullable ModuleCalls calls) {
    if (value >= 0) {
      last[value] = Math.max(last[value], calls == null ? by : calls.returnOf(value, by));
    }
  }

  private static void keep(int value, int[] last, int count) {
    if (value >= 0) {
      last[value] = count;
    }
  }

  /// The results that go after a layer; those behind the last layer are the outputs.
  int[] after(int layer) {
    return going[layer];
  }
}

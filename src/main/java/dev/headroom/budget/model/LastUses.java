package dev.headroom.budget.model;

import dev.headroom.network.Layer;
import dev.headroom.network.Lifetimes;
import dev.headroom.network.Network;
import dev.headroom.network.operation.Leaf;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.regex.Pattern;

/// After which layer each layer's result goes, if nothing saved it.
///
/// Observed: after its last use, or the layer up to which something holds it. Assumed: every module
/// call holds its arguments until it returns, as `Module.__call__` does.
public final class LastUses {

  private static final Pattern NUMBER = Pattern.compile("_[0-9]+$");

  private final int[][] going;

  /// @param index the layers' positions by name
  /// @param arguments the positions of each layer's inputs, −1 for one of the network
  public LastUses(Network network, LayerIndex index, int[][] arguments) {
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
      for (int value : arguments[i]) {
        use(value, i, last, calls);
      }
      if (!layer.traits().biasFrom().isEmpty()) {
        use(index.of(layer.traits().biasFrom()), i, last, calls);
      }
      if (!layer.traits().weight().isEmpty()) {
        use(index.of(layer.traits().weight()), i, last, calls);
      }
    }
    constantsStay(layers, last);
    for (String output : network.outputs()) {
      keep(index.of(output), last, count);
    }
    for (String output : network.loss().inputs()) {
      keep(index.of(output), last, count);
    }
    going = order(arguments, last);
  }

  /// Of what goes after one layer, its own arguments come first, as the call that it was returns;
  /// the rest are variables of the functions around it, the innermost one's first.
  private static int[][] order(int[][] arguments, int[] last) {
    int count = last.length;
    int[] sizes = new int[count + 1];
    for (int at : last) {
      sizes[at]++;
    }
    int[][] going = new int[count + 1][];
    for (int i = 0; i <= count; i++) {
      going[i] = new int[sizes[i]];
    }
    Arrays.fill(sizes, 0);
    boolean[] placed = new boolean[count];
    for (int i = 0; i < count; i++) {
      for (int value : arguments[i]) {
        if (value >= 0 && last[value] == i && !placed[value]) {
          placed[value] = true;
          going[i][sizes[i]++] = value;
        }
      }
    }
    for (int i = count - 1; i >= 0; i--) {
      if (!placed[i]) {
        going[last[i]][sizes[last[i]]++] = i;
      }
    }
    return going;
  }

  private static void use(
      int value, int by, int[] last, @org.jspecify.annotations.Nullable ModuleCalls calls) {
    if (value >= 0) {
      last[value] = Math.max(last[value], calls == null ? by : calls.returnOf(value, by));
    }
  }

  /// What a module's own code makes is a variable of that code: it lives until the call returns,
  /// where the config does not say until when it is held.
  private static void constantsStay(List<Layer> layers, int[] last) {
    var ends = new HashMap<String, Integer>();
    for (Layer layer : layers) {
      if (isUnobserved(layer)) {
        ends.put(parent(layer.name()), 0);
      }
    }
    if (ends.isEmpty()) {
      return;
    }
    // The last layer of a module is the last of all modules around it that none came after.
    var ended = new HashSet<String>();
    for (int i = layers.size() - 1; i >= 0; i--) {
      int at = i;
      String module = NUMBER.matcher(layers.get(i).name()).replaceFirst("");
      while (ended.add(module)) {
        ends.computeIfPresent(module, (_, _) -> at);
        module = parent(module);
      }
    }
    for (int i = 0; i < layers.size(); i++) {
      Layer layer = layers.get(i);
      if (isUnobserved(layer)) {
        last[i] = Math.max(last[i], ends.getOrDefault(parent(layer.name()), i));
      }
    }
  }

  private static boolean isUnobserved(Layer layer) {
    return layer.operation() instanceof Leaf leaf
        && leaf.kind() == Leaf.Kind.CONSTANT
        && layer.traits().heldUntil().isEmpty();
  }

  private static String parent(String name) {
    return name.substring(0, Math.max(0, name.lastIndexOf('.')));
  }

  private static void keep(int value, int[] last, int count) {
    if (value >= 0) {
      last[value] = count;
    }
  }

  /// The results that go after a layer; those behind the last layer are the outputs.
  public int[] after(int layer) {
    return going[layer];
  }
}

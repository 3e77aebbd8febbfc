package dev.headroom.budget.calls;

import dev.headroom.network.Layer;
import dev.headroom.network.operation.Leaf;
import dev.headroom.network.operation.Pad;
import dev.headroom.network.operation.View;
import java.util.Arrays;
import java.util.List;

/// Where layers' inputs come from and who reads their results, views looked through.
///
/// Everything is found in one walk, so that long chains of views cost no more than short ones.
public final class LayerChains {

  private final List<Layer> layers;
  private final int[][] arguments;

  /// Of a view the layer that made its storage, of any other layer itself; −1 is an input.
  private final int[] origins;

  private final boolean[] expanded;
  private final int[] readyFrom;
  private final int[] readers;

  /// @param arguments the positions of each layer's inputs, −1 for one of the network
  public LayerChains(List<Layer> layers, int[][] arguments) {
    this.layers = layers;
    this.arguments = arguments;
    int count = layers.size();
    origins = new int[count];
    expanded = new boolean[count];
    readyFrom = new int[count];
    readers = new int[count];
    Arrays.fill(readers, -1);
    for (int i = 0; i < count; i++) {
      int from = arguments[i].length > 0 ? arguments[i][0] : -1;
      origins[i] = i;
      readyFrom[i] = -1;
      if (layers.get(i).operation() instanceof View view) {
        origins[i] = from < 0 ? -1 : origins[from];
        boolean spreads = view.kind() == View.Kind.EXPAND;
        expanded[i] = spreads || (from >= 0 && expanded[from]);
        if (spreads || view.kind() == View.Kind.SLICE) {
          readyFrom[i] = from >= 0 && readyFrom[from] >= 0 ? readyFrom[from] : i;
        }
      } else if (layers.get(i).operation() instanceof Pad) {
        readyFrom[i] = from >= 0 && readyFrom[from] >= 0 ? readyFrom[from] : i;
      }
    }
    for (int i = count - 1; i >= 0; i--) {
      int reader = layers.get(i).operation() instanceof View ? readers[i] : i;
      for (int from : arguments[i]) {
        if (from >= 0 && reader >= 0) {
          readers[from] = reader;
        }
      }
    }
  }

  /// The layer, −1 for an input of the network, whose storage a layer's first input is.
  public int source(int layer) {
    return arguments[layer].length == 0 ? -1 : origin(arguments[layer][0]);
  }

  /// The layer that made the storage of a value.
  int origin(int value) {
    return value < 0 ? -1 : origins[value];
  }

  /// Whether a value is a view that stands for more elements than its storage has.
  boolean isExpanded(int value) {
    return value >= 0 && expanded[value];
  }

  /// The first of the pads, slices and expansions that end in a value, −1 if it is none of them.
  int readyFrom(int value) {
    return value < 0 ? -1 : readyFrom[value];
  }

  /// The first layer that reads a result, views looked through, or −1.
  int reader(int layer) {
    return readers[layer];
  }

  boolean isParameter(int layer) {
    return layer >= 0
        && layers.get(layer).operation() instanceof Leaf leaf
        && leaf.kind() == Leaf.Kind.PARAMETER;
  }

  /// The first view at or behind a layer on the way to a value; the value's taker if there is none.
  ///
  /// @return the layer that takes from before, and which input
  FrameworkCall.Operand entry(int taker, int argument, int start) {
    int layer = taker;
    int at = argument;
    int from = arguments[layer][at];
    while (from >= start && layers.get(from).operation() instanceof View) {
      layer = from;
      at = 0;
      from = arguments[layer].length == 0 ? -1 : arguments[layer][0];
    }
    return FrameworkCall.Operand.value(layer, at);
  }
}

package dev.headroom.budget.model;

import dev.headroom.network.Layer;
import java.util.List;

/// Which module calls a layer runs in, and where they return: names are module paths.
final class ModuleCalls {

  private static final int MAX_DEPTH = 32;

  private final String[][] paths;
  private final int[][] returns;

  ModuleCalls(List<Layer> layers) {
    int count = layers.size();
    paths = new String[count][];
    returns = new int[count][];
    for (int i = count - 1; i >= 0; i--) {
      paths[i] = layers.get(i).name().split("\\.", MAX_DEPTH);
      returns[i] = new int[paths[i].length];
      int same = i + 1 < count ? common(paths[i], paths[i + 1]) : 0;
      for (int depth = 0; depth < paths[i].length; depth++) {
        returns[i][depth] = depth < same ? returns[i + 1][depth] : i;
      }
    }
  }

  /// When the outermost call that took a value and runs a layer returns.
  int returnOf(int value, int layer) {
    int outside = Math.min(common(paths[value], paths[layer]), paths[layer].length - 1);
    return returns[layer][outside];
  }

  private static int common(String[] a, String[] b) {
    int length = Math.min(a.length, b.length);
    int same = 0;
    while (same < length && a[same].equals(b[same])) {
      same++;
    }
    return same;
  }
}

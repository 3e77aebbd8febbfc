package dev.headroom.budget.model;

import dev.headroom.network.Layer;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// Which runs of layers are checkpointed: those of the modules that the set-up names.
public final class CheckpointedModules {

  private final int[] ends;

  public CheckpointedModules(List<Layer> layers, List<String> modules) {
    ends = new int[layers.size()];
    Arrays.fill(ends, -1);
    var wanted = new HashSet<>(modules);
    if (wanted.isEmpty()) {
      return;
    }
    int first = 0;
    String open = "";
    for (int i = 0; i < layers.size(); i++) {
      String module = moduleOf(layers.get(i).name(), wanted);
      if (!module.equals(open)) {
        first = i;
        open = module;
      }
      if (!module.isEmpty()) {
        ends[first] = i;
      }
    }
  }

  /// Of some modules, those that no layer lies in.
  public static List<String> unknown(List<Layer> layers, List<String> modules) {
    var unknown = new LinkedHashSet<>(modules);
    for (Layer layer : unknown.isEmpty() ? List.<Layer>of() : layers) {
      String name = layer.name();
      unknown.remove(name);
      for (int dot = name.indexOf('.'); dot >= 0; dot = name.indexOf('.', dot + 1)) {
        unknown.remove(name.substring(0, dot));
      }
    }
    return List.copyOf(unknown);
  }

  /// The outermost wanted module that a name lies in.
  private static String moduleOf(String name, Set<String> wanted) {
    for (int dot = name.indexOf('.'); dot >= 0; dot = name.indexOf('.', dot + 1)) {
      if (wanted.contains(name.substring(0, dot))) {
        return name.substring(0, dot);
      }
    }
    return wanted.contains(name) ? name : "";
  }

  /// For the first layer of a segment its last one, else −1.
  public int[] ends() {
    return ends;
  }
}

package dev.headroom.budget.iteration;

import dev.headroom.budget.model.LayerIndex;
import dev.headroom.network.Layer;
import dev.headroom.network.operation.Arithmetic;
import dev.headroom.network.operation.Attention;
import dev.headroom.network.operation.Contiguous;
import dev.headroom.network.operation.Dropout;
import dev.headroom.network.operation.Leaf;
import dev.headroom.network.operation.Matmul;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Which layers, watched in training, evaluation does without.
final class EvaluatedLayers {

  private static final String IN_PROJ_BIAS = ".in_proj_bias";

  private EvaluatedLayers() {}

  /// Layers that evaluation does not run: those of training alone, and dropout behind them.
  static boolean[] leftOut(List<Layer> layers, LayerIndex index) {
    boolean[] out = new boolean[layers.size()];
    for (int i = 0; i < out.length; i++) {
      Layer layer = layers.get(i);
      int from = layer.inputs().isEmpty() ? -1 : index.of(layer.inputs().getFirst());
      boolean behind = layer.operation() instanceof Dropout && from >= 0 && out[from];
      out[i] = behind || layer.traits().trainingOnly();
    }
    return out;
  }

  /// What evaluation does not make in `nn.MultiheadAttention`: one operator takes the place of all
  /// but the last product. What its kernel holds within (three times its input for a moment) is in
  /// none of the references, so not here. Source: `native_multi_head_attention_cuda`.
  static Set<String> spared(List<Layer> layers) {
    var modules = new HashSet<String>();
    for (Layer layer : layers) {
      if (layer.operation() instanceof Leaf && layer.name().endsWith(IN_PROJ_BIAS)) {
        modules.add(layer.name().substring(0, layer.name().length() - IN_PROJ_BIAS.length()));
      }
    }
    var spared = new HashSet<String>();
    for (Layer layer : layers) {
      int dot = layer.name().lastIndexOf('.');
      boolean within =
          layer.operation() instanceof Contiguous
              || layer.operation() instanceof Arithmetic
              || layer.operation() instanceof Matmul
              || layer.operation() instanceof Attention;
      boolean inside = within && dot > 0 && modules.contains(layer.name().substring(0, dot));
      if (inside || modules.contains(layer.name())) {
        spared.add(layer.name());
      }
    }
    return spared;
  }
}

package dev.headroom.budget.calls;

import dev.headroom.budget.calls.FrameworkCall.Operand;
import dev.headroom.network.Layer;
import dev.headroom.network.operation.Attention;
import dev.headroom.network.operation.Leaf;
import dev.headroom.network.operation.Linear;
import dev.headroom.network.operation.View;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;

/// The calls that a config says: layers with one value of `call`.
final class DeclaredCalls {

  private static final String ATTENTION = "scaled_dot_product_attention";

  /// Functions that autocast casts the arguments of. Source: `AT_FORALL_LOWER_PRECISION_FP`.
  private static final Set<String> LOWER =
      Set.of("linear", "matmul", "bmm", "baddbmm", "einsum", ATTENTION);

  private final List<Layer> layers;
  private final int[][] arguments;

  DeclaredCalls(List<Layer> layers, int[][] arguments) {
    this.layers = layers;
    this.arguments = arguments;
  }

  List<FrameworkCall> all() {
    var groups = new LinkedHashMap<String, List<Integer>>();
    for (int i = 0; i < layers.size(); i++) {
      String call = layers.get(i).traits().call();
      boolean own =
          layers.get(i).operation() instanceof Leaf leaf && leaf.kind() != Leaf.Kind.CONSTANT;
      if (!own && LOWER.contains(function(call))) {
        groups.computeIfAbsent(call, _ -> new ArrayList<>()).add(i);
      }
    }
    return groups.values().stream().filter(this::isCast).map(this::call).toList();
  }

  /// A frozen weight has no copy that is kept: the layer itself casts what it is given.
  private boolean isCast(List<Integer> group) {
    return group.stream().filter(layer -> !(layers.get(layer).operation() instanceof View)).count()
            > 1
        || group.stream()
            .noneMatch(
                layer ->
                    layers.get(layer).operation() instanceof Linear
                        && !layers.get(layer).traits().trainable());
  }

  private FrameworkCall call(List<Integer> group) {
    int first = group.getFirst();
    var within = new HashSet<>(group);
    var operands = new ArrayList<Operand>();
    for (int layer : group) {
      for (int argument = 0; argument < arguments[layer].length; argument++) {
        int from = arguments[layer][argument];
        if (within.contains(from)) {
          continue;
        }
        boolean parameter =
            from >= 0
                && layers.get(from).operation() instanceof Leaf leaf
                && leaf.kind() == Leaf.Kind.PARAMETER;
        if (parameter || from < first) {
          operands.add(new Operand(parameter ? from : -1, layer, argument));
        }
      }
      if (layers.get(layer).operation() instanceof Linear linear) {
        operands.add(Operand.ownWeight(layer));
        if (linear.bias()) {
          operands.add(Operand.ownBias(layer));
        }
      }
    }
    Collections.reverse(operands);
    boolean spelled =
        function(layers.get(first).traits().call()).equals(ATTENTION)
            && group.stream()
                .noneMatch(layer -> layers.get(layer).operation() instanceof Attention);
    return new FrameworkCall(first, group.getLast(), operands, spelled);
  }

  private static String function(String call) {
    int number = call.indexOf('#');
    return number < 0 ? call : call.substring(0, number);
  }
}

package dev.headroom.budget.calls;

import dev.headroom.budget.calls.FrameworkCall.Operand;
import dev.headroom.network.Layer;
import dev.headroom.network.operation.Arithmetic;
import dev.headroom.network.operation.Attention;
import dev.headroom.network.operation.Contiguous;
import dev.headroom.network.operation.Linear;
import dev.headroom.network.operation.Matmul;
import dev.headroom.network.operation.Operation;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Finds the calls that a config shows as several layers.
///
/// A config says them with `call`; where it does not, operators, names and parameters tell:
///
/// - `at::linear` over an input that does not lie in order is a copy of the input, a product, and
///   the sum with the bias, all within one module; of a frozen weight `expand`, `bmm`, and the sum;
/// - `at::matmul` copies operands, to bring their batches together;
/// - `scaled_dot_product_attention` pads, cuts and expands its mask.
public final class FrameworkCalls {

  private final List<Layer> layers;
  private final int[][] arguments;
  private final LayerChains chains;
  private final @Nullable FrameworkCall[] byFirst;

  public FrameworkCalls(List<Layer> layers, int[][] arguments, LayerChains chains) {
    this.layers = layers;
    this.arguments = arguments;
    this.chains = chains;
    byFirst = new FrameworkCall[layers.size()];
    if (layers.stream().anyMatch(layer -> !layer.traits().call().isEmpty())) {
      new DeclaredCalls(layers, arguments).all().forEach(this::add);
      return;
    }
    for (int i = 0; i < layers.size(); i++) {
      guess(layers.get(i), i);
    }
  }

  private void guess(Layer layer, int at) {
    switch (layer.operation()) {
      case Linear linear when !linear.bias() && layer.traits().biasFrom().isEmpty() -> linear(at);
      case Matmul _ when layer.inputs().size() == 2 -> matmul(at);
      case Attention _ when layer.inputs().size() > 3 -> mask(at);
      default -> {}
    }
  }

  /// The call whose first layer this is, null if there is none.
  @Nullable FrameworkCall startingAt(int layer) {
    return byFirst[layer];
  }

  private void add(FrameworkCall call) {
    byFirst[call.first()] = call;
  }

  private void linear(int product) {
    int copy = chains.source(product);
    String module = layers.get(product).name();
    boolean copies =
        copy >= 0
            && layers.get(copy).operation() instanceof Contiguous
            && within(layers.get(copy).name(), module);
    int sum = sumWithBias(product, module);
    var operands = new ArrayList<Operand>();
    if (sum >= 0) {
      operands.add(new Operand(arguments[sum][1], sum, 1));
    }
    if (copies) {
      operands.add(Operand.ownWeight(product));
      operands.add(Operand.value(copy, 0));
    }
    if (sum >= 0 && !copies) {
      operands.add(Operand.value(product, 0));
    }
    if (!operands.isEmpty()) {
      add(new FrameworkCall(copies ? copy : product, Math.max(product, sum), operands));
    }
  }

  private void matmul(int product) {
    int weight = chains.origin(arguments[product][1]);
    if (chains.isExpanded(arguments[product][1]) && chains.isParameter(weight)) {
      String name = layers.get(weight).name();
      int sum = sumWithBias(product, parent(name));
      var operands = new ArrayList<Operand>();
      if (sum >= 0) {
        operands.add(new Operand(arguments[sum][1], sum, 1));
      }
      operands.add(new Operand(weight, product, 1));
      operands.add(Operand.value(product, 0));
      add(new FrameworkCall(product, Math.max(product, sum), operands));
      return;
    }
    int start = product;
    for (int argument : arguments[product]) {
      int copy = chains.origin(argument);
      if (isOwnCopy(copy, product)) {
        start = Math.min(start, copy);
      }
    }
    if (start < product) {
      var operands = new ArrayList<Operand>();
      for (int argument = 1; argument >= 0; argument--) {
        int copy = chains.origin(arguments[product][argument]);
        operands.add(
            isOwnCopy(copy, product)
                ? chains.entry(copy, 0, start)
                : chains.entry(product, argument, start));
      }
      add(new FrameworkCall(start, product, operands));
    }
  }

  private boolean isOwnCopy(int copy, int product) {
    return copy >= 0
        && layers.get(copy).operation() instanceof Contiguous
        && parent(layers.get(copy).name()).equals(parent(layers.get(product).name()));
  }

  private void mask(int attention) {
    int first = chains.readyFrom(arguments[attention][3]);
    if (first >= 0 && arguments[first].length > 0 && arguments[first][0] >= 0) {
      add(new FrameworkCall(first, attention, List.of(Operand.value(first, 0))));
    }
  }

  /// The sum of a product with a bias parameter that a module runs, or −1.
  private int sumWithBias(int product, String module) {
    int sum = chains.reader(product);
    if (sum < 0 || arguments[sum].length != 2) {
      return -1;
    }
    Operation operation = layers.get(sum).operation();
    boolean adds =
        operation instanceof Arithmetic arithmetic && arithmetic.kind() == Arithmetic.Kind.ADD;
    boolean bias = chains.isParameter(arguments[sum][1]);
    return adds && bias && within(layers.get(sum).name(), module) ? sum : -1;
  }

  static String parent(String name) {
    return name.substring(0, Math.max(0, name.lastIndexOf('.')));
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
}

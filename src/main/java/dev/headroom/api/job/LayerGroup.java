package dev.headroom.api.job;

import dev.headroom.budget.Budget;
import dev.headroom.budget.LayerCost;
import dev.headroom.memory.MemorySize;
import dev.headroom.network.Layer;
import dev.headroom.network.LayerConfig;
import dev.headroom.network.Network;
import dev.headroom.network.setup.Precision;
import dev.headroom.network.tensor.TensorShape;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// Layers that are equal but for the numbers in their names, such as the blocks of a transformer.
///
/// @param name with `*` for what differs
/// @param first one of them
/// @param eachBytes what one of them holds at the peak: parameters and what is kept of its results
/// @param totalBytes the same of all
/// @param formulas where the figures come from, in words and numbers
public record LayerGroup(
    String name,
    String type,
    String first,
    int count,
    long parameterBytes,
    long atPeakBytes,
    long eachBytes,
    long totalBytes,
    List<String> formulas) {

  public LayerGroup {
    formulas = List.copyOf(formulas);
  }

  private record Likeness(String name, String type, MemorySize parameters, MemorySize atPeak) {

    static Likeness of(LayerCost cost) {
      return new Likeness(
          cost.name().replaceAll("(?<![\\p{Alnum}])\\d+(?![\\p{Alnum}])", "*"),
          cost.type(),
          cost.parameters(),
          cost.atPeak());
    }
  }

  /// The groups that hold most at the peak.
  static List<LayerGroup> heaviest(LayerConfig config, Budget budget, int most) {
    Map<Likeness, List<LayerCost>> alike = new LinkedHashMap<>();
    for (LayerCost cost : budget.layers()) {
      alike.computeIfAbsent(Likeness.of(cost), _ -> new ArrayList<>()).add(cost);
    }
    Map<String, Layer> layers = new HashMap<>();
    if (config.description() instanceof Network network) {
      network.layers().forEach(layer -> layers.put(layer.name(), layer));
    }
    return alike.entrySet().stream()
        .filter(entry -> each(entry.getKey()) > 0)
        .sorted(
            Comparator.comparingLong(
                    (Map.Entry<Likeness, List<LayerCost>> entry) ->
                        each(entry.getKey()) * entry.getValue().size())
                .reversed())
        .limit(most)
        .map(entry -> of(entry.getKey(), entry.getValue(), config, layers))
        .toList();
  }

  private static long each(Likeness like) {
    return like.parameters().plus(like.atPeak()).bytes();
  }

  private static LayerGroup of(
      Likeness like, List<LayerCost> costs, LayerConfig config, Map<String, Layer> layers) {
    LayerCost first = costs.getFirst();
    Layer layer = layers.get(first.name());
    return new LayerGroup(
        costs.size() == 1 ? first.name() : like.name(),
        like.type(),
        first.name(),
        costs.size(),
        like.parameters().bytes(),
        like.atPeak().bytes(),
        each(like),
        Math.multiplyExact(each(like), (long) costs.size()),
        layer == null ? List.of() : formulas(first, layer, config));
  }

  /// Each ends with the figure; where the budget has another one, it says so.
  private static List<String> formulas(LayerCost cost, Layer layer, LayerConfig config) {
    Precision precision = config.setup().precision();
    var formulas = new ArrayList<String>();
    List<TensorShape> shapes = layer.ownParameters();
    if (!shapes.isEmpty() && layer.traits().shares().isEmpty()) {
      long elements = shapes.stream().mapToLong(TensorShape::elements).sum();
      formulas.add(
          "parameters: (%s) × %s"
              .formatted(
                  shapes.stream().map(LayerGroup::product).collect(Collectors.joining(" + ")),
                  product(
                      elements,
                      precision.parameters().bytes(),
                      precision.parameters().wireName(),
                      cost.parameters())));
    }
    if (config.description() instanceof Network network && cost.output().bytes() > 0) {
      TensorShape shape = network.value(layer.name()).shape();
      int batch = config.setup().batchSize();
      long elements = network.value(layer.name()).elements(batch);
      boolean isBatched = elements == batch * shape.elements();
      formulas.add(
          "result: %s%s × %s"
              .formatted(
                  isBatched ? batch + " samples × " : "",
                  product(shape),
                  product(
                      elements,
                      precision.autocast().bytes(),
                      precision.autocast().wireName(),
                      cost.output())));
    }
    formulas.add(
        cost.atPeak().equals(cost.saved())
            ? "kept for the backward pass and alive at the peak: %s".formatted(cost.saved())
            : "kept for the backward pass: %s, of that alive at the peak: %s"
                .formatted(cost.saved(), cost.atPeak()));
    return formulas;
  }

  private static String product(TensorShape shape) {
    return shape.extents().isEmpty()
        ? "1"
        : shape.extents().stream().map(String::valueOf).collect(Collectors.joining("×"));
  }

  private static String product(long elements, int bytes, String dtype, MemorySize budgeted) {
    var computed = new MemorySize(Math.multiplyExact(elements, (long) bytes));
    String figure = "%d B (%s) = %s".formatted(bytes, dtype, computed);
    return computed.equals(budgeted) ? figure : figure + ", of which this rank has " + budgeted;
  }
}

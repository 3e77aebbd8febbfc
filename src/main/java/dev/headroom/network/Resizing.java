package dev.headroom.network;

import dev.headroom.network.operation.AdaptivePool;
import dev.headroom.network.operation.Attention;
import dev.headroom.network.operation.Concat;
import dev.headroom.network.operation.Embedding;
import dev.headroom.network.operation.LayerNorm;
import dev.headroom.network.operation.Leaf;
import dev.headroom.network.operation.Opaque;
import dev.headroom.network.operation.Operation;
import dev.headroom.network.operation.Pad;
import dev.headroom.network.operation.StochasticDepth;
import dev.headroom.network.operation.Upsample;
import dev.headroom.network.operation.View;
import dev.headroom.network.tensor.Input;
import dev.headroom.network.tensor.Polynomial;
import dev.headroom.network.tensor.TensorShape;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A network over inputs of other shapes: another image size, another sequence length.
///
/// Most layers follow their inputs. Numbers that do not (shapes of views, lengths of attention,
/// position embeddings) follow as the config says with `dynamic`.
public final class Resizing {

  private final Map<String, TensorShape> shapes;
  private final Map<String, Long> extents = new HashMap<>();
  private boolean said;

  private Resizing(Map<String, TensorShape> shapes) {
    this.shapes = shapes;
  }

  /// The network with other input shapes.
  ///
  /// @param shapes the changed inputs, by name, without the batch
  /// @throws IllegalArgumentException naming the input or the layer that cannot follow
  public static Network of(Network network, Map<String, TensorShape> shapes) {
    return new Resizing(Map.copyOf(shapes)).resized(network);
  }

  private Network resized(Network network) {
    var inputs = new ArrayList<Input>();
    for (Input input : network.inputs()) {
      inputs.add(resized(input));
    }
    for (String name : shapes.keySet()) {
      if (inputs.stream().noneMatch(input -> input.name().equals(name))) {
        throw new IllegalArgumentException("no input of that name: " + name);
      }
    }
    var layers = new ArrayList<Layer>();
    for (Layer layer : network.layers()) {
      layers.add(resized(layer));
    }
    try {
      return new Network(inputs, layers, network.outputs(), network.loss(), network.lifetimes());
    } catch (IllegalArgumentException mismatch) {
      throw said ? mismatch : unsaid(mismatch.getMessage());
    }
  }

  private Input resized(Input input) {
    TensorShape changed = shapes.getOrDefault(input.name(), input.shape());
    if (changed.rank() != input.shape().rank()) {
      throw new IllegalArgumentException(
          "input %s is %s, not %s".formatted(input.name(), input.shape(), changed));
    }
    said |= !input.dynamic().isEmpty();
    for (int i = 0; i < input.dynamic().size(); i++) {
      String name = input.dynamic().get(i);
      long extent = changed.extent(i);
      if (name.isEmpty() && extent != input.shape().extent(i)) {
        throw new IllegalArgumentException(
            "extent %d of input %s is fixed: %d".formatted(i, input.name(), extent));
      }
      Long other = name.isEmpty() ? null : extents.put(name, extent);
      if (other != null && other != extent) {
        throw new IllegalArgumentException("%s is both %d and %d".formatted(name, other, extent));
      }
    }
    return new Input(input.name(), changed, input.dtype(), input.dynamic());
  }

  private Layer resized(Layer layer) {
    if (!said && isFixed(layer.operation())) {
      throw unsaid("layer " + layer.name() + " has a shape of its own");
    }
    Map<String, List<@Nullable Polynomial>> rules = layer.traits().dynamic();
    if (rules.isEmpty()) {
      return layer;
    }
    try {
      Operation operation = new Attributes(rules).applied(layer.operation());
      return new Layer(layer.name(), layer.inputs(), operation, layer.traits());
    } catch (IllegalArgumentException | ArithmeticException wrong) {
      throw new IllegalArgumentException(
          "layer %s does not follow: %s".formatted(layer.name(), wrong.getMessage()), wrong);
    }
  }

  private static IllegalArgumentException unsaid(@Nullable String why) {
    return new IllegalArgumentException(
        "the config does not say how its layers follow the input (dynamic): " + why);
  }

  /// Whether an operation says numbers that would follow unnoticed, or not at all. Of a reshape
  /// that does not follow the elements do not fit.
  private static boolean isFixed(Operation operation) {
    return switch (operation) {
      case View view ->
          switch (view.kind()) {
            case SLICE, CHUNK, EXPAND -> true;
            case RESHAPE, PERMUTE, FLATTEN, IDENTITY -> false;
          };
      case Leaf leaf -> leaf.kind() == Leaf.Kind.CONSTANT;
      case Attention _, Opaque _ -> true;
      default -> false;
    };
  }

  /// The attributes of one layer that follow.
  private final class Attributes {

    private final Map<String, List<@Nullable Polynomial>> rules;

    Attributes(Map<String, List<@Nullable Polynomial>> rules) {
      this.rules = rules;
    }

    Operation applied(Operation operation) {
      return switch (operation) {
        case View it -> new View(it.kind(), shape("shape", it.shape()));
        case Leaf it -> new Leaf(it.kind(), shape("shape", it.shape()), it.dtype());
        case Concat it -> new Concat(it.dim(), shape("output_shape", it.outputShape()));
        case StochasticDepth it -> new StochasticDepth(shape("noise_shape", it.noiseShape()));
        case LayerNorm it ->
            new LayerNorm(
                it.rootMeanSquare(),
                shape("normalized_shape", it.normalizedShape()),
                it.affine(),
                it.bias());
        case AdaptivePool it ->
            new AdaptivePool(it.maximum(), numbers("output_size", it.outputSize()));
        case Upsample it -> new Upsample(it.scaleFactor(), numbers("size", it.size()));
        case Pad it -> new Pad(numbers("padding", it.padding()), it.mode());
        case Embedding it ->
            new Embedding(number("num_embeddings", it.numEmbeddings()), it.embeddingDim());
        case Attention it ->
            new Attention(
                it.numHeads(),
                Math.toIntExact(number("query_length", it.queryLength())),
                Math.toIntExact(number("key_length", it.keyLength())),
                it.headDim(),
                it.backend(),
                it.dropoutP(),
                it.causal());
        case Opaque it ->
            new Opaque(
                it.operator(),
                shape("output_shape", it.outputShape()),
                it.parameterCount(),
                it.savesInputs(),
                it.savesOutput(),
                number("saved_bytes_per_sample", it.savedBytesPerSample()),
                number("saved_bytes", it.savedBytes()));
        default -> throw new IllegalArgumentException("no number of its kind can");
      };
    }

    private long number(String attribute, long now) {
      List<@Nullable Polynomial> rule = rules.get(attribute);
      Polynomial only = rule == null || rule.isEmpty() ? null : rule.getFirst();
      return only == null ? now : only.value(extents);
    }

    private List<Long> all(String attribute, List<Long> now) {
      List<@Nullable Polynomial> rule = rules.get(attribute);
      if (rule == null) {
        return now;
      }
      if (rule.size() != now.size()) {
        throw new IllegalArgumentException(
            "%s has %d numbers, dynamic %d".formatted(attribute, now.size(), rule.size()));
      }
      var changed = new ArrayList<Long>();
      for (int i = 0; i < now.size(); i++) {
        Polynomial one = rule.get(i);
        changed.add(one == null ? now.get(i) : (Long) one.value(extents));
      }
      return changed;
    }

    private TensorShape shape(String attribute, TensorShape now) {
      return new TensorShape(all(attribute, now.extents()));
    }

    private List<Integer> numbers(String attribute, List<Integer> now) {
      List<Long> wide = now.stream().map(Integer::longValue).toList();
      return all(attribute, wide).stream().map(Math::toIntExact).toList();
    }
  }
}

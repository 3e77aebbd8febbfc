package dev.headroom.budget;

import dev.headroom.network.Arithmetic;
import dev.headroom.network.Attention;
import dev.headroom.network.Contiguous;
import dev.headroom.network.Dropout;
import dev.headroom.network.Layer;
import dev.headroom.network.Leaf;
import dev.headroom.network.Mode;
import dev.headroom.network.Network;
import dev.headroom.network.TrainingSetup;
import dev.headroom.network.Value;
import dev.headroom.network.View;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The forward pass over the layers: whose results live until when, and which parts are
/// checkpointed.
final class Forward {

  private static final String IN_PROJ_BIAS = ".in_proj_bias";

  private final Network network;
  private final TrainingSetup setup;
  private final Model model;
  private final GatheredUnits units;
  private final Positions index;
  private final LastUses uses;
  private final Map<String, Tensor> inputs;
  private final int[] segmentEnd;
  private final boolean[] leftOut;
  private final Set<String> spared;
  private final int[][] arguments;
  private final Value[][] shapes;
  private final Value[] values;

  /// Where a copy's result comes from, views looked through: a layer, or −1.
  private final int[] sources;

  /// The value that is read where a layer is: another one only where the layer is left out.
  private final String[] standsFor;

  private final @Nullable Tensor[] results;

  private final SpreadProducts products;

  /// What autocast cast for a product that runs, and the layer behind which that goes.
  private @Nullable Tensor cast;

  private int castEnd;

  Forward(
      Network network,
      TrainingSetup setup,
      Model model,
      GatheredUnits units,
      Positions index,
      Map<String, Tensor> inputs) {
    this.network = network;
    this.setup = setup;
    this.model = model;
    this.units = units;
    this.index = index;
    this.inputs = inputs;
    uses = new LastUses(network, index);
    List<Layer> layers = network.layers();
    leftOut = leftOut(layers, index, setup.mode() == Mode.TRAINING);
    spared = setup.mode() == Mode.TRAINING ? Set.of() : fastAttention(layers);
    results = new Tensor[layers.size()];
    values = new Value[layers.size()];
    arguments = new int[layers.size()][];
    shapes = new Value[layers.size()][];
    sources = new int[layers.size()];
    standsFor = new String[layers.size()];
    for (int i = 0; i < layers.size(); i++) {
      values[i] = network.value(layers.get(i).name());
      List<String> names = layers.get(i).inputs();
      arguments[i] = new int[names.size()];
      shapes[i] = new Value[names.size()];
      for (int j = 0; j < names.size(); j++) {
        int from = index.of(names.get(j));
        arguments[i][j] = from;
        shapes[i][j] = from < 0 ? network.value(names.get(j)) : values[from];
      }
      int from = names.isEmpty() ? -1 : arguments[i][0];
      boolean view = from >= 0 && layers.get(from).operation() instanceof View;
      sources[i] = view ? sources[from] : from;
      boolean passes = leftOut[i] && !names.isEmpty();
      String read = passes ? names.getFirst() : layers.get(i).name();
      standsFor[i] = passes && from >= 0 ? standsFor[from] : read;
    }
    products = new SpreadProducts(layers, arguments, sources);
    segmentEnd = new Checkpoints(layers, setup.checkpointing()).ends();
  }

  void run(Pass pass, Autocast autocast) {
    List<Layer> layers = network.layers();
    for (int i = 0; i < layers.size(); i++) {
      if (segmentEnd[i] >= 0 && pass.isRecording()) {
        int end = segmentEnd[i];
        var segment = new Segment(i, end);
        hold(segment, i, end);
        pass.enter(segment, false);
        for (; i <= end; i++) {
          step(pass, autocast, i);
        }
        i = end;
        pass.leave();
        if (segment.isEmpty()) {
          segment.forget(pass);
        }
      } else {
        step(pass, autocast, i);
      }
    }
    units.release(pass);
  }

  private void hold(Segment segment, int first, int last) {
    for (int i = first; i <= last; i++) {
      for (int from : arguments[i]) {
        Tensor value = from < 0 || from >= first ? null : results[from];
        if (value != null) {
          value.storage.saved = true;
          segment.arguments().computeIfAbsent(from, _ -> value.hold());
        }
      }
    }
  }

  /// A segment again, in the backward pass, until everything it would have saved is there.
  void again(Pass pass, Autocast autocast, Segment segment) {
    segment.arguments().forEach((from, tensor) -> results[from] = tensor.hold());
    pass.enter(segment, true);
    pass.record(true);
    for (int i = segment.first; i <= segment.last && !pass.isStopped(); i++) {
      step(pass, autocast, i);
    }
    pass.leave();
    pass.record(false);
    for (int i = segment.first; i <= segment.last; i++) {
      drop(pass, i);
    }
    segment.arguments().keySet().forEach(from -> drop(pass, from));
  }

  private void step(Pass pass, Autocast autocast, int at) {
    Layer layer = network.layers().get(at);
    boolean training = setup.mode() == Mode.TRAINING;
    if (spared.contains(layer.name())) {
      results[at] = valueOf(arguments[at][0], layer.inputs().getFirst()).hold();
    } else if (!leftOut[at]) {
      pass.log.at(pass.log.phase(), at);
      units.gather(pass, at);
      var given = new Tensor[arguments[at].length];
      for (int i = 0; i < given.length; i++) {
        given[i] = valueOf(arguments[at][i], layer.inputs().get(i));
      }
      if (autocast.isOn()) {
        lower(pass, autocast, at, given);
      }
      String weight = layer.traits().weight();
      var call =
          new Call(
              pass,
              layer,
              autocast,
              training,
              setup.batchSize(),
              values[at],
              setup.precision().parameters(),
              model.weights(at),
              given,
              shapes[at],
              weight.isEmpty() ? null : valueOf(index.of(weight), weight));
      results[at] = Rules.run(call, sources[at] < 0 ? null : network.layers().get(sources[at]));
    }
    Tensor lent = cast;
    if (lent != null && at >= castEnd) {
      cast = null;
      pass.drop(lent);
    }
    for (int going : uses.after(at)) {
      drop(pass, going);
    }
  }

  /// Puts half copies in the place of what a spelled-out product is given.
  private void lower(Pass pass, Autocast autocast, int at, Tensor[] given) {
    SpreadProducts.Parts copied = products.ofCopy(at);
    if (copied != null && cast == null) {
      if (copied.bias() >= 0) {
        pass.drop(lowered(pass, autocast, copied.bias()));
      }
      pass.drop(lowered(pass, autocast, copied.product()));
      Tensor half = autocast.lower(pass, given[0]);
      cast = half;
      castEnd = copied.last();
      given[0] = half;
    }
    SpreadProducts.Parts summed = products.ofSum(at);
    if (summed != null) {
      given[1] = lowered(pass, autocast, summed.bias());
      pass.drop(given[1]);
    }
  }

  /// A half copy of a layer's first weight, which autocast keeps; held by the caller.
  private Tensor lowered(Pass pass, Autocast autocast, int layer) {
    Model.LayerWeights own = model.weights(layer);
    return autocast.lower(pass, own.tensors().getFirst(), own.first(), own.trainable());
  }

  /// Evaluation does not run it, nor a dropout behind such a layer.
  private static boolean[] leftOut(List<Layer> layers, Positions index, boolean training) {
    boolean[] out = new boolean[layers.size()];
    for (int i = 0; i < out.length && !training; i++) {
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
  private static Set<String> fastAttention(List<Layer> layers) {
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
              || layer.operation() instanceof Attention;
      boolean inside = within && dot > 0 && modules.contains(layer.name().substring(0, dot));
      if (inside || modules.contains(layer.name())) {
        spared.add(layer.name());
      }
    }
    return spared;
  }

  private Tensor valueOf(int layer, String input) {
    boolean passed = layer >= 0 && leftOut[layer];
    String name = passed ? standsFor[layer] : input;
    int at = passed ? index.of(name) : layer;
    Tensor tensor = at < 0 ? inputs.get(name) : results[at];
    if (tensor == null) {
      throw new IllegalArgumentException("a value that no longer lives is used: " + name);
    }
    return tensor;
  }

  private void drop(Pass pass, int at) {
    Tensor tensor = results[at];
    if (tensor != null) {
      results[at] = null;
      pass.drop(tensor);
    }
  }

  /// A result or an input, lent; none where evaluation left the layer out.
  @Nullable Tensor result(String name) {
    int at = index.of(name);
    return at < 0 ? inputs.get(name) : results[at];
  }

  boolean hasSeveralOutputs() {
    return network.outputs().size() > 1;
  }

  /// The outputs go.
  void end(Pass pass) {
    for (int at : uses.after(results.length)) {
      drop(pass, at);
    }
  }
}

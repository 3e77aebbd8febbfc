package dev.headroom.budget.iteration;

import dev.headroom.budget.autograd.Autocast;
import dev.headroom.budget.autograd.Pass;
import dev.headroom.budget.autograd.RecomputedSegment;
import dev.headroom.budget.autograd.Tensor;
import dev.headroom.budget.calls.CallOperands;
import dev.headroom.budget.calls.FrameworkCalls;
import dev.headroom.budget.calls.LayerChains;
import dev.headroom.budget.model.CheckpointedModules;
import dev.headroom.budget.model.DeviceModel;
import dev.headroom.budget.model.LastUses;
import dev.headroom.budget.model.LayerIndex;
import dev.headroom.budget.operators.OperatorCall;
import dev.headroom.budget.operators.OperatorRules;
import dev.headroom.network.Layer;
import dev.headroom.network.Network;
import dev.headroom.network.operation.To;
import dev.headroom.network.setup.RunMode;
import dev.headroom.network.setup.TrainingSetup;
import dev.headroom.network.tensor.DType;
import dev.headroom.network.tensor.Value;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The forward pass over the layers: whose results live until when, and which parts are
/// checkpointed.
final class ForwardPass {

  private final Network network;
  private final TrainingSetup setup;
  private final DeviceModel model;
  private final GatheredUnits units;
  private final LayerIndex index;
  private final LastUses uses;
  private final Map<String, Tensor> inputs;
  private final int[] segmentEnd;
  private final boolean[] leftOut;
  private final Set<String> spared;
  private final int[][] arguments;
  private final Value[][] shapes;
  private final Value[] values;

  private final LayerChains chains;

  /// The value that is read where a layer is: another one only where the layer is left out.
  private final String[] standsFor;

  private final @Nullable Tensor[] results;

  private final KeptValues kept;

  /// The formats that results had.
  private final @Nullable DType[] formats;

  private final CallOperands operands;

  ForwardPass(
      Network network,
      TrainingSetup setup,
      DeviceModel model,
      GatheredUnits units,
      LayerIndex index,
      Map<String, Tensor> inputs) {
    this.network = network;
    this.setup = setup;
    this.model = model;
    this.units = units;
    this.index = index;
    this.inputs = inputs;
    List<Layer> layers = network.layers();
    boolean training = setup.mode() == RunMode.TRAINING;
    leftOut = training ? new boolean[layers.size()] : EvaluatedLayers.leftOut(layers, index);
    spared = training ? Set.of() : EvaluatedLayers.spared(layers);
    results = new Tensor[layers.size()];
    kept = new KeptValues(layers, index, model, training);
    formats = new DType[layers.size()];
    values = new Value[layers.size()];
    arguments = new int[layers.size()][];
    shapes = new Value[layers.size()][];
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
      boolean passes = leftOut[i] && !names.isEmpty();
      String read = passes ? names.getFirst() : layers.get(i).name();
      standsFor[i] = passes && from >= 0 ? standsFor[from] : read;
    }
    uses = new LastUses(network, index, arguments);
    chains = new LayerChains(layers, arguments);
    operands = new CallOperands(new FrameworkCalls(layers, arguments, chains), model, this::given);
    segmentEnd = new CheckpointedModules(layers, setup.checkpointing()).ends();
  }

  void run(Pass pass, Autocast autocast) {
    List<Layer> layers = network.layers();
    for (int i = 0; i < layers.size(); i++) {
      if (segmentEnd[i] >= 0 && pass.isRecording()) {
        int end = segmentEnd[i];
        var segment = new RecomputedSegment(i, end);
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

  private void hold(RecomputedSegment segment, int first, int last) {
    for (int i = first; i <= last; i++) {
      for (int from : arguments[i]) {
        Tensor value = from < 0 || from >= first ? null : results[from];
        if (value != null) {
          value.storage.markSaved();
          segment.arguments().computeIfAbsent(from, _ -> value.retain());
        }
      }
    }
  }

  /// A segment again, in the backward pass, until everything it would have saved is there.
  void again(Pass pass, Autocast autocast, RecomputedSegment segment) {
    segment.arguments().forEach((from, tensor) -> results[from] = tensor.retain());
    pass.enter(segment, true);
    pass.setRecording(true);
    for (int i = segment.first; i <= segment.last && !pass.isStopped(); i++) {
      step(pass, autocast, i);
    }
    operands.leave(pass);
    pass.leave();
    pass.setRecording(false);
    for (int i = segment.first; i <= segment.last; i++) {
      drop(pass, i);
    }
    segment.arguments().keySet().forEach(from -> drop(pass, from));
  }

  private void step(Pass pass, Autocast autocast, int at) {
    Layer layer = network.layers().get(at);
    boolean training = setup.mode() == RunMode.TRAINING;
    Tensor earlier = kept.of(at);
    if (earlier != null) {
      results[at] = earlier.retain();
    } else if (spared.contains(layer.name())) {
      results[at] = valueOf(arguments[at][0], layer.inputs().getFirst()).retain();
    } else if (!leftOut[at] && !kept.isReplaced(at)) {
      pass.log.at(pass.log.phase(), at);
      units.gather(pass, at);
      var given = new Tensor[arguments[at].length];
      for (int i = 0; i < given.length; i++) {
        given[i] = given(at, i);
      }
      Autocast acting = layer.traits().autocast() ? autocast : Autocast.OFF;
      if (acting.isOn()) {
        operands.lend(pass, acting, at, given);
      }
      boolean raised = acting.isOn() && operands.raises();
      String weight = layer.traits().weight();
      String bias = layer.traits().biasFrom();
      var call =
          new OperatorCall(
              pass,
              layer,
              raised ? Autocast.OFF : acting,
              training,
              setup.batchSize(),
              values[at],
              setup.precision().parameters(),
              formatFor(layer),
              model.weights(at),
              given,
              shapes[at],
              weight.isEmpty() ? null : valueOf(index.of(weight), weight),
              bias.isEmpty() ? null : valueOf(index.of(bias), bias));
      int source = chains.source(at);
      boolean recording = pass.isRecording();
      pass.setRecording(recording && layer.traits().requiresGrad());
      Tensor result = OperatorRules.run(call, source < 0 ? null : network.layers().get(source));
      pass.setRecording(recording);
      if (raised && operands.raisesUpTo(at)) {
        Tensor lowered = acting.lower(pass, result);
        pass.release(result);
        result = lowered;
      }
      results[at] = result;
      formats[at] = result.dtype;
      kept.keep(at, result);
    }
    // What a call made within goes before what it was given.
    int start = operands.startOfEnding(at);
    for (int going : uses.after(at)) {
      if (going >= start) {
        drop(pass, going);
      }
    }
    operands.leave(pass, at);
    for (int going : uses.after(at)) {
      drop(pass, going);
    }
    kept.replace(pass, at);
  }

  private DType formatFor(Layer layer) {
    DType stated = layer.traits().dtype();
    if (stated != null || !(layer.operation() instanceof To to) || to.dtypeOf().isEmpty()) {
      return stated == null ? setup.precision().parameters() : stated;
    }
    int of = index.of(to.dtypeOf());
    Tensor input = inputs.get(to.dtypeOf());
    DType format = of >= 0 ? formats[of] : input == null ? null : input.dtype;
    return format == null ? setup.precision().parameters() : format;
  }

  private Tensor given(int layer, int argument) {
    return valueOf(arguments[layer][argument], network.layers().get(layer).inputs().get(argument));
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
      pass.release(tensor);
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

  /// Whether modules keep something of the first pass, so that later ones do less.
  boolean holds() {
    return kept.any();
  }

  /// The outputs go.
  void end(Pass pass) {
    for (int at : uses.after(results.length)) {
      drop(pass, at);
    }
  }
}

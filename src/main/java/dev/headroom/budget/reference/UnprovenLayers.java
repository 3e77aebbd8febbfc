package dev.headroom.budget.reference;

import dev.headroom.budget.model.LayerIndex;
import dev.headroom.network.Layer;
import dev.headroom.network.Network;
import dev.headroom.network.operation.Attention;
import dev.headroom.network.operation.Leaf;
import dev.headroom.network.operation.Matmul;
import dev.headroom.network.operation.MultiheadAttention;
import dev.headroom.network.operation.Operation;
import dev.headroom.network.operation.Recurrent;
import dev.headroom.network.operation.View;
import dev.headroom.network.setup.RunMode;
import dev.headroom.network.setup.TrainingSetup;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Which layers no reference has shown as they are here, and how much of the budget hangs on them.
public final class UnprovenLayers {

  /// More names than these are counted.
  private static final int MAX_NAMES = 24;

  private final Network network;
  private final TrainingSetup setup;
  private final String setting;
  private final LayerKinds kinds;
  private final boolean castsSeen;

  /// Exporters that count a gradient's copies write each constant where it is made.
  private final boolean constantsSeen;

  /// Values that come of the model alone, not of the batch.
  private final Set<String> ofTheModel = new HashSet<>();

  private final Map<String, List<Layer>> layers = new LinkedHashMap<>();
  private final Set<Layer> all = Collections.newSetFromMap(new IdentityHashMap<>());

  public UnprovenLayers(Network network, TrainingSetup setup) {
    this.network = network;
    this.setup = setup;
    setting = ReferenceRuns.setting(setup);
    kinds = new LayerKinds(network, new LayerIndex(network.layers()));
    castsSeen = network.layers().stream().anyMatch(UnprovenLayers::saysCasts);
    constantsSeen = network.layers().stream().anyMatch(it -> it.traits().gradientCopies() >= 0);
    for (Layer layer : network.layers()) {
      if (ofTheModel.containsAll(layer.inputs())) {
        ofTheModel.add(layer.name());
      }
      String why = why(layer);
      if (!why.isEmpty()) {
        layers.computeIfAbsent(why, _ -> new ArrayList<>()).add(layer);
        all.add(layer);
      }
    }
  }

  private static boolean saysCasts(Layer layer) {
    return !layer.traits().call().isEmpty() || !layer.traits().autocast();
  }

  /// Why a layer is not known exactly; empty if it is.
  private String why(Layer layer) {
    String formula = formula(layer.operation());
    if (!formula.isEmpty()) {
      return formula;
    }
    if (setup.precision().isAutocast() && layer.operation() instanceof Matmul && !castsSeen) {
      return "matmul: the config does not say where the model switches autocast off";
    }
    if (layer.operation() instanceof Leaf leaf
        && leaf.kind() == Leaf.Kind.CONSTANT
        && (!constantsSeen || layer.traits().heldUntil().isEmpty())) {
      return "the config does not say where a constant is made and until when it is held";
    }
    if (setup.mode() == RunMode.INFERENCE && !constantsSeen && mayBeKept(layer)) {
      return "made of parameters alone; the config does not say whether evaluation keeps it";
    }
    String kind = kinds.of(layer);
    return ReferenceRuns.show(setting, kind)
        ? ""
        : "no reference shows %s in %s".formatted(kind, setting);
  }

  private boolean mayBeKept(Layer layer) {
    return ofTheModel.contains(layer.name())
        && !(layer.operation() instanceof Leaf)
        && !(layer.operation() instanceof View);
  }

  private static String formula(Operation operation) {
    return switch (operation) {
      case Recurrent _ -> "cuDNN's reserve and workspace are known of a few shapes";
      case MultiheadAttention _ -> "the module's inner steps are assumed";
      case Attention it
          when it.backend() == Attention.Backend.CUDNN || it.backend() == Attention.Backend.MATH ->
          "backend " + it.backend().wireName() + " is by formula";
      default -> "";
    };
  }

  /// One reason for each kind: its layers, why, and the bytes of their results.
  public List<String> reasons() {
    return layers.entrySet().stream().map(kind -> reason(kind.getValue(), kind.getKey())).toList();
  }

  private String reason(List<Layer> of, String why) {
    long bytes = 0;
    for (Layer layer : of) {
      long elements = network.value(layer.name()).elements(setup.batchSize());
      bytes = saturated(bytes, elements);
    }
    List<String> names = of.stream().limit(MAX_NAMES).map(Layer::name).toList();
    String more = of.size() > MAX_NAMES ? " and %d more".formatted(of.size() - MAX_NAMES) : "";
    return "layer%s %s%s: %s (their results: %d bytes)"
        .formatted(of.size() == 1 ? "" : "s", String.join(", ", names), more, why, bytes);
  }

  private long saturated(long bytes, long elements) {
    long each = setup.precision().parameters().bytes();
    return elements > (Long.MAX_VALUE - bytes) / each ? Long.MAX_VALUE : bytes + elements * each;
  }

  public boolean about(Layer layer) {
    return all.contains(layer);
  }
}

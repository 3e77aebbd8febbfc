package dev.headroom.budget;

import dev.headroom.budget.model.CheckpointedModules;
import dev.headroom.budget.model.Sharding;
import dev.headroom.budget.reference.ReferenceRuns;
import dev.headroom.budget.reference.UnprovenLayers;
import dev.headroom.network.Layer;
import dev.headroom.network.LayerConfig;
import dev.headroom.network.Lifetimes;
import dev.headroom.network.Loss;
import dev.headroom.network.Network;
import dev.headroom.network.setup.Framework;
import dev.headroom.network.setup.Parallelism;
import dev.headroom.network.setup.RunMode;
import dev.headroom.network.setup.TrainingSetup;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The reasons why a prediction is not exact, or why there is none.
final class Caveats {

  /// The version whose rules these are.
  private static final String NEWEST = "2.15";

  /// The versions whose own allocations were compared with them.
  private static final List<String> CHECKED = List.of("2.11", NEWEST);

  /// The version whose own hooks were compared with ours, on the CPU.
  private static final String SAVES_CHECKED = "1.13";

  /// As many unknown attributes are named.
  private static final int MAX_UNKNOWN = 16;

  private final Set<String> reasons = new LinkedHashSet<>();
  private final Set<String> notes = new LinkedHashSet<>();
  private final UnprovenLayers doubts;

  private Caveats(UnprovenLayers doubts) {
    this.doubts = doubts;
  }

  /// What keeps the prediction of a config from being exact.
  static Caveats of(LayerConfig config, Network network) {
    var caveats = new Caveats(new UnprovenLayers(network, config.setup()));
    caveats.add(config, network);
    return caveats;
  }

  private void add(LayerConfig config, Network network) {
    TrainingSetup setup = config.setup();
    if (CHECKED.stream().noneMatch(version -> isOf(config.framework(), version))) {
      reasons.add(framework(config.framework()));
    }
    if (setup.expandableSegments()) {
      reasons.add("allocator.expandable_segments: by the rules of CUDACachingAllocator.cpp");
    }
    Parallelism parallelism = setup.parallelism();
    if (parallelism.strategy() != Parallelism.Strategy.NONE) {
      reasons.add("parallelism.strategy " + parallelism.strategy().wireName() + ": by formula");
    }
    if (Sharding.of(parallelism).ofParameters() > 1) {
      reasons.add(
          parallelism.wrapped().isEmpty()
              ? "each layer's parameters are gathered as a unit of their own, two of them at a time"
              : "wrapped modules' parameters are gathered as units, two of them at a time");
    }
    List<String> unknown = CheckpointedModules.unknown(network.layers(), setup.checkpointing());
    if (!unknown.isEmpty()) {
      reasons.add("checkpointing names no module: " + unknown.getFirst());
    }
    if (network.lifetimes() == Lifetimes.ASSUMED) {
      reasons.add("lifetimes assumed: module calls hold their arguments until they return");
    }
    if (setup.mode() == RunMode.TRAINING) {
      optimizer(setup);
      if (network.outputs().size() > 1) {
        reasons.add(
            "several outputs: a training loop may hold them until the next step's are there");
      }
      if (network.loss().kind() != Loss.Kind.CROSS_ENTROPY) {
        reasons.add(
            "loss " + network.loss().kind().wireName() + ": by its derivative's definition");
      }
    }
    if (setup.mode() == RunMode.INFERENCE) {
      evaluatedEncoders(network.layers());
    }
    reasons.addAll(doubts.reasons());
    unknownAttributes(network.layers());
    if (setup.precision().isAutocast()) {
      notes.add(
          "half copies of weights go in the order of their addresses: allocated and reserved may"
              + " differ by 2 MiB from run to run");
    }
  }

  /// One reason for each attribute, not for each layer.
  private void unknownAttributes(List<Layer> layers) {
    Map<String, List<String>> named = new LinkedHashMap<>();
    for (Layer layer : layers) {
      for (String attribute : layer.traits().unknown()) {
        if (named.containsKey(attribute) || named.size() < MAX_UNKNOWN) {
          named.computeIfAbsent(attribute, _ -> new ArrayList<>()).add(layer.name());
        }
      }
    }
    named.forEach(
        (attribute, of) -> {
          String others = of.size() == 1 ? "" : " and %d others".formatted(of.size() - 1);
          reasons.add(
              "layer %s%s: attribute %s is unknown, and left out"
                  .formatted(of.getFirst(), others, attribute));
        });
  }

  /// An encoder layer that is evaluated may run as one operator, which keeps far less than the
  /// steps that were watched in training. Source: `torch/nn/modules/transformer.py`, "fast path".
  private void evaluatedEncoders(List<Layer> layers) {
    Set<String> names = layers.stream().map(Layer::name).collect(Collectors.toSet());
    String attention = ".self_attn.in_proj_bias";
    for (Layer layer : layers) {
      if (layer.name().endsWith(attention)) {
        String encoder = layer.name().substring(0, layer.name().length() - attention.length());
        if (names.contains(encoder + ".linear1") && !names.contains(encoder + ".norm3")) {
          reasons.add(
              "layer %s: evaluated step by step, where PyTorch may run it as one operator"
                  .formatted(encoder));
          return;
        }
      }
    }
  }

  private static String framework(Framework framework) {
    if (!framework.isKnown()) {
      return "framework unknown: the rules of pytorch " + NEWEST;
    }
    String checked =
        isOf(framework, SAVES_CHECKED)
            ? "rules of pytorch %s, for %s %s checked in what is saved alone"
            : "rules of pytorch %s, not checked for %s %s";
    return checked.formatted(NEWEST, framework.name(), framework.version());
  }

  private static boolean isOf(Framework framework, String version) {
    String actual = framework.version();
    return framework.name().equals("pytorch")
        && (actual.equals(version) || actual.startsWith(version + "."));
  }

  private void optimizer(TrainingSetup setup) {
    switch (setup.optimizer().kind()) {
      case SGD, ADAM, ADAMW, NADAM, RADAM, ADAMAX, ADADELTA, ADAGRAD, RMSPROP -> {
        if (!ReferenceRuns.show(setup.optimizer())) {
          reasons.add("no reference shows a step of " + ReferenceRuns.optimizer(setup.optimizer()));
        }
      }
      case ADAFACTOR, LION, LAMB, LARS, ADAM8BIT ->
          reasons.add(
              "optimizer.type " + setup.optimizer().kind().wireName() + ": by its paper's formula");
    }
  }

  /// Why a job cannot be predicted; empty if it can.
  static List<String> refusals(LayerConfig config, Network network) {
    Parallelism.Strategy strategy = config.setup().parallelism().strategy();
    return switch (strategy) {
      case PIPELINE, TENSOR ->
          List.of(
              "parallelism.strategy "
                  + strategy.wireName()
                  + ": ranks differ, which one config cannot say");
      case NONE, DDP, FSDP, ZERO1, ZERO2, ZERO3 -> List.of();
    };
  }

  Confidence of(Layer layer) {
    return doubts.about(layer) || !layer.traits().unknown().isEmpty()
        ? Confidence.MODELLED
        : Confidence.EXACT;
  }

  Confidence confidence() {
    return reasons.isEmpty() ? Confidence.EXACT : Confidence.MODELLED;
  }

  /// What keeps it from being exact, and what no config can say.
  List<String> reasons() {
    return Stream.concat(reasons.stream(), notes.stream()).toList();
  }
}

package dev.headroom.budget.reference;

import dev.headroom.budget.model.LayerIndex;
import dev.headroom.network.Layer;
import dev.headroom.network.Network;
import dev.headroom.network.setup.Optimizer;
import dev.headroom.network.setup.Precision;
import dev.headroom.network.setup.RunMode;
import dev.headroom.network.setup.TrainingSetup;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;

/// What PyTorch's own runs have shown: each kind of layer in each setting that occurs in a run
/// whose figures all came out, and each optimizer.
///
/// The table is a resource; a test makes it anew from the reference runs and compares.
public final class ReferenceRuns {

  static final String RESOURCE = "/budget/references.csv";

  private static final Set<String> SHOWN = read();

  private ReferenceRuns() {}

  /// Whether a kind of layer was shown in a setting.
  static boolean show(String setting, String kind) {
    return SHOWN.contains(row(setting, kind));
  }

  /// Whether an optimizer's step was shown.
  public static boolean show(Optimizer optimizer) {
    return SHOWN.contains(row("step", optimizer(optimizer)));
  }

  /// Precision, mode, and what changes the order of events.
  static String setting(TrainingSetup setup) {
    Precision precision = setup.precision();
    var text = new StringBuilder(precision.parameters().wireName());
    if (precision.isAutocast()) {
      text.append(" autocast ").append(precision.autocast().wireName());
    }
    text.append(' ').append(setup.mode().wireName());
    if (setup.mode() == RunMode.TRAINING) {
      text.append(setup.checkpointing().isEmpty() ? "" : " checkpointed");
      text.append(setup.gradients().accumulationSteps() > 1 ? " accumulated" : "");
    }
    return text.toString();
  }

  public static String optimizer(Optimizer optimizer) {
    var text = new StringBuilder(optimizer.kind().wireName());
    text.append(' ').append(optimizer.implementation().wireName());
    text.append(optimizer.momentum() > 0 ? " momentum" : "");
    text.append(optimizer.nesterov() ? " nesterov" : "");
    text.append(optimizer.amsgrad() ? " amsgrad" : "");
    text.append(optimizer.centered() ? " centered" : "");
    text.append(optimizer.weightDecay() > 0 ? " weight_decay" : "");
    return text.toString();
  }

  /// The rows of a run whose figures came out.
  static Set<String> rows(Network network, TrainingSetup setup) {
    var rows = new TreeSet<String>();
    var kinds = new LayerKinds(network, new LayerIndex(network.layers()));
    for (Layer layer : network.layers()) {
      rows.add(row(setting(setup), kinds.of(layer)));
    }
    if (setup.mode() == RunMode.TRAINING) {
      rows.add(row("step", optimizer(setup.optimizer())));
    }
    return rows;
  }

  private static String row(String setting, String kind) {
    return setting + "," + kind;
  }

  private static Set<String> read() {
    try (InputStream in = ReferenceRuns.class.getResourceAsStream(RESOURCE)) {
      if (in == null) {
        throw new IllegalStateException("no resource " + RESOURCE);
      }
      var lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8)).lines();
      return new HashSet<>(lines.filter(line -> !line.startsWith("#")).toList());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

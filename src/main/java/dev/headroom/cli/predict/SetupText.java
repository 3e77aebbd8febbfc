package dev.headroom.cli.predict;

import dev.headroom.network.setup.Optimizer;
import dev.headroom.network.setup.Optimizer.Implementation;
import dev.headroom.network.setup.Precision;
import dev.headroom.network.setup.RunMode;
import dev.headroom.network.setup.TrainingSetup;

/// A job's training set-up for people, as text.
public final class SetupText {

  private SetupText() {}

  /// On one line.
  public static String of(TrainingSetup setup) {
    var text = new StringBuilder(setup.mode().wireName()).append(", batch ");
    text.append(setup.batchSize()).append(", ").append(precision(setup.precision()));
    if (setup.mode() == RunMode.TRAINING) {
      text.append(", ").append(optimizer(setup.optimizer()));
      if (setup.gradients().accumulationSteps() > 1) {
        text.append(", accumulated over ").append(setup.gradients().accumulationSteps());
      }
      if (!setup.checkpointing().isEmpty()) {
        int modules = setup.checkpointing().size();
        text.append(", %d module%s checkpointed".formatted(modules, modules == 1 ? "" : "s"));
      }
    }
    if (setup.parallelism().worldSize() > 1) {
      text.append(
          ", %s over %d ranks"
              .formatted(
                  setup.parallelism().strategy().wireName(), setup.parallelism().worldSize()));
    }
    return text.toString();
  }

  private static String precision(Precision precision) {
    String parameters = precision.parameters().wireName();
    return precision.isAutocast()
        ? "%s, autocast to %s".formatted(parameters, precision.autocast().wireName())
        : parameters;
  }

  private static String optimizer(Optimizer optimizer) {
    var text = new StringBuilder(optimizer.kind().wireName());
    if (optimizer.momentum() > 0) {
      text.append(" with momentum ").append(optimizer.momentum());
    }
    if (optimizer.amsgrad()) {
      text.append(" (amsgrad)");
    }
    if (optimizer.implementation() != Implementation.FOREACH) {
      text.append(" (").append(optimizer.implementation().wireName()).append(')');
    }
    return text.toString();
  }
}

package dev.headroom.budget.whatif;

import dev.headroom.budget.model.CheckpointedModules;
import dev.headroom.network.LayerConfig;
import dev.headroom.network.Network;
import dev.headroom.network.Resizing;
import dev.headroom.network.setup.Optimizer;
import dev.headroom.network.setup.Precision;
import dev.headroom.network.setup.RunMode;
import dev.headroom.network.setup.TrainingSetup;
import dev.headroom.network.tensor.DType;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// The same job with another set-up. What is null stays as in the config.
///
/// @param batch samples a rank takes at once
/// @param precision `float32`, `float64`, `float16` or `bfloat16` for everything; or
///     `autocast-float16`, `autocast-bfloat16` with float32 parameters
/// @param optimizer a type of the contract, or `momentum` for SGD with 0.9, and perhaps options
///     behind commas: `momentum=0.9`, `nesterov`, `amsgrad`, `centered`, `foreach`, `fused`,
///     `for_loop`; without one of the last three the implementation stays
/// @param mode `training` or `inference`
/// @param checkpoint module paths whose forward pass is recomputed; `none` for none at all
/// @param inputs shapes of one sample, such as `3x384x384` or `256`; with several inputs each with
///     its name: `ids=256`
public record WhatIf(
    @Nullable Integer batch,
    @Nullable String precision,
    @Nullable String optimizer,
    @Nullable String mode,
    @Nullable List<String> checkpoint,
    @Nullable List<String> inputs) {

  /// Nothing changes.
  public static final WhatIf NOTHING = new WhatIf(null, null, null, null, null);

  private static final String AUTOCAST = "autocast-";
  private static final double USUAL_MOMENTUM = 0.9;

  public WhatIf {
    checkpoint = checkpoint == null ? null : List.copyOf(checkpoint);
    inputs = inputs == null ? null : List.copyOf(inputs);
  }

  /// The inputs stay.
  public WhatIf(
      @Nullable Integer batch,
      @Nullable String precision,
      @Nullable String optimizer,
      @Nullable String mode,
      @Nullable List<String> checkpoint) {
    this(batch, precision, optimizer, mode, checkpoint, null);
  }

  /// The job with these changes.
  ///
  /// @throws IllegalArgumentException naming the change that is none
  public LayerConfig applied(LayerConfig config) {
    TrainingSetup setup = config.setup();
    if (batch != null) {
      setup = setup.withBatchSize(batch);
    }
    if (precision != null) {
      setup = setup.withPrecision(precisionOf(precision));
    }
    if (optimizer != null) {
      setup = setup.withOptimizer(optimizerOf(optimizer, setup.optimizer().implementation()));
    }
    if (mode != null) {
      setup = setup.withMode(modeOf(mode));
    }
    if (checkpoint != null) {
      setup = setup.withCheckpointing(modulesOf(checkpoint, config));
    }
    LayerConfig changed = config.withSetup(setup);
    return inputs == null || !(config.description() instanceof Network network)
        ? changed
        : changed.withDescription(Resizing.of(network, InputShapes.of(inputs, network)));
  }

  private static List<String> modulesOf(List<String> names, LayerConfig config) {
    if (names.equals(List.of("none"))) {
      return List.of();
    }
    if (config.description() instanceof Network network) {
      List<String> unknown = CheckpointedModules.unknown(network.layers(), names);
      if (!unknown.isEmpty()) {
        throw new IllegalArgumentException("checkpoint names no module: " + unknown.getFirst());
      }
    }
    return names;
  }

  private static Precision precisionOf(String text) {
    if (text.startsWith(AUTOCAST)) {
      return new Precision(DType.FLOAT32, DType.of(text.substring(AUTOCAST.length())));
    }
    DType type = DType.of(text);
    return new Precision(type, type);
  }

  private static RunMode modeOf(String text) {
    return Arrays.stream(RunMode.values())
        .filter(mode -> mode.wireName().equals(text))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("mode unknown: " + text));
  }

  private static Optimizer optimizerOf(String text, Optimizer.Implementation implementation) {
    String[] words = text.split(",", -1);
    boolean plainMomentum = words[0].equals("momentum");
    Optimizer.Kind kind = plainMomentum ? Optimizer.Kind.SGD : kindOf(words[0]);
    double momentum = plainMomentum ? USUAL_MOMENTUM : 0;
    boolean nesterov = false;
    boolean amsgrad = false;
    boolean centered = false;
    for (String word : List.of(words).subList(1, words.length)) {
      switch (word) {
        case "nesterov" -> nesterov = true;
        case "amsgrad" -> amsgrad = true;
        case "centered" -> centered = true;
        case "foreach", "fused", "for_loop" ->
            implementation = Optimizer.Implementation.valueOf(word.toUpperCase(Locale.ROOT));
        default -> momentum = momentumOf(word);
      }
    }
    return new Optimizer(kind, momentum, nesterov, amsgrad, centered, implementation);
  }

  private static Optimizer.Kind kindOf(String text) {
    return Arrays.stream(Optimizer.Kind.values())
        .filter(kind -> kind.wireName().equals(text))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("optimizer unknown: " + text));
  }

  private static double momentumOf(String word) {
    String key = "momentum=";
    if (!word.startsWith(key)) {
      throw new IllegalArgumentException("optimizer has no such option: " + word);
    }
    try {
      return Double.parseDouble(word.substring(key.length()));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("optimizer.momentum is no number: " + word, e);
    }
  }
}

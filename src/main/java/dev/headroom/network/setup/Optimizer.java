package dev.headroom.network.setup;

import java.util.Locale;

/// The optimizer and what of its options decides how much it remembers.
public record Optimizer(
    Kind kind,
    double momentum,
    double weightDecay,
    boolean nesterov,
    boolean amsgrad,
    boolean centered,
    Implementation implementation) {

  public static final Optimizer SGD =
      new Optimizer(Kind.SGD, 0, false, false, false, Implementation.FOREACH);

  public Optimizer {
    if (!(momentum >= 0) || momentum > 1) {
      throw new IllegalArgumentException("optimizer.momentum outside 0 to 1: " + momentum);
    }
    if (!(weightDecay >= 0) || Double.isInfinite(weightDecay)) {
      throw new IllegalArgumentException("optimizer.weight_decay is none: " + weightDecay);
    }
  }

  /// One without weight decay.
  public Optimizer(
      Kind kind,
      double momentum,
      boolean nesterov,
      boolean amsgrad,
      boolean centered,
      Implementation implementation) {
    this(kind, momentum, 0, nesterov, amsgrad, centered, implementation);
  }

  /// The same options with another algorithm or implementation.
  public Optimizer with(Kind changed, Implementation changedImplementation) {
    return new Optimizer(
        changed, momentum, weightDecay, nesterov, amsgrad, centered, changedImplementation);
  }

  /// The algorithm, by its name in layer configs.
  public enum Kind {
    SGD,
    ADAM,
    ADAMW,
    NADAM,
    RADAM,
    ADAMAX,
    ADADELTA,
    ADAGRAD,
    RMSPROP,
    ADAFACTOR,
    LION,
    LAMB,
    LARS,
    ADAM8BIT;

    public String wireName() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /// How a step runs: over lists of tensors, in one kernel, or tensor by tensor.
  public enum Implementation {
    FOREACH,
    FUSED,
    FOR_LOOP;

    public String wireName() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}

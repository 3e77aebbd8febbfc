package dev.headroom.budget.whatif;

import dev.headroom.network.setup.Optimizer;
import dev.headroom.network.setup.Parallelism;
import dev.headroom.network.setup.Parallelism.Strategy;
import dev.headroom.network.setup.Precision;
import dev.headroom.network.setup.RunMode;
import dev.headroom.network.tensor.DType;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Parts of a set-up as people write them. What is unknown is refused with a list of what is known.
final class SetupWords {

  private static final String AUTOCAST = "autocast-";
  private static final String KNOWN_PRECISIONS =
      "float32, float64, float16, bfloat16, autocast-float16, autocast-bfloat16, and short fp32,"
          + " fp64, fp16, bf16, amp, amp-bf16";
  private static final Map<String, String> SHORT =
      Map.of(
          "fp64", "float64",
          "fp32", "float32",
          "fp16", "float16",
          "half", "float16",
          "bf16", "bfloat16",
          "amp", AUTOCAST + "float16",
          "amp-fp16", AUTOCAST + "float16",
          "amp-bf16", AUTOCAST + "bfloat16");

  private static final String MOMENTUM = "momentum";
  private static final double USUAL_MOMENTUM = 0.9;

  private SetupWords() {}

  static Precision precision(String text) {
    String full = SHORT.getOrDefault(text.toLowerCase(Locale.ROOT), text);
    boolean isAutocast = full.startsWith(AUTOCAST);
    String format = isAutocast ? full.substring(AUTOCAST.length()) : full;
    DType type;
    try {
      type = DType.of(SHORT.getOrDefault(format, format));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "precision unknown: %s (known: %s)".formatted(text, KNOWN_PRECISIONS), e);
    }
    return new Precision(isAutocast ? DType.FLOAT32 : type, type);
  }

  static RunMode mode(String text) {
    return known("mode", text, RunMode.values(), RunMode::wireName);
  }

  /// @param implementation kept where the text names none
  static Optimizer optimizer(String text, Optimizer.Implementation implementation) {
    String[] words = text.split(",", -1);
    boolean plainMomentum = words[0].equals(MOMENTUM);
    Optimizer.Kind kind =
        plainMomentum
            ? Optimizer.Kind.SGD
            : known("optimizer", words[0], Optimizer.Kind.values(), Optimizer.Kind::wireName);
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
        default -> momentum = momentum(word);
      }
    }
    return new Optimizer(kind, momentum, nesterov, amsgrad, centered, implementation);
  }

  /// @param strategy null where it stays
  /// @param worldSize null where it stays
  static Parallelism parallelism(
      Parallelism now, @Nullable String strategy, @Nullable Integer worldSize) {
    Strategy wanted =
        strategy == null
            ? now.strategy()
            : known("strategy", strategy, Strategy.values(), Strategy::wireName);
    if (wanted == Strategy.NONE) {
      if (worldSize != null && worldSize != 1) {
        throw new IllegalArgumentException("world-size needs a strategy, such as fsdp or ddp");
      }
      return Parallelism.NONE;
    }
    int ranks = worldSize == null ? now.worldSize() : worldSize;
    if (ranks < 2 && strategy != null) {
      throw new IllegalArgumentException(
          "strategy %s needs a world-size of 2 or more".formatted(strategy));
    }
    boolean isSame = wanted == now.strategy();
    return new Parallelism(
        wanted,
        ranks,
        isSame && now.gradientAsBucketView(),
        isSame ? now.wrapped() : List.of(),
        !isSame || now.reshardAfterForward(),
        isSame ? now.bucketCapMb() : Parallelism.DEFAULT_BUCKET_CAP_MB);
  }

  private static double momentum(String word) {
    String key = MOMENTUM + "=";
    if (!word.startsWith(key)) {
      throw new IllegalArgumentException(
          "optimizer has no such option: %s (known: momentum=0.9, nesterov, amsgrad, centered, foreach, fused, for_loop)"
              .formatted(word));
    }
    try {
      return Double.parseDouble(word.substring(key.length()));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("optimizer.momentum is no number: " + word, e);
    }
  }

  private static <E> E known(String what, String text, E[] values, Function<E, String> name) {
    return Arrays.stream(values)
        .filter(value -> name.apply(value).equals(text))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "%s unknown: %s (known: %s)"
                        .formatted(
                            what,
                            text,
                            Arrays.stream(values).map(name).collect(Collectors.joining(", ")))));
  }
}

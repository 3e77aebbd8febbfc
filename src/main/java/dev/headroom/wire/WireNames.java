package dev.headroom.wire;

import dev.headroom.budget.Category;
import dev.headroom.ledger.Outcome;
import dev.headroom.ledger.Phase;
import dev.headroom.ledger.Source;
import dev.headroom.network.DType;
import java.util.function.Function;

/// Words of the contract as values of the model.
final class WireNames {

  private static final Category[] CATEGORIES = Category.values();
  private static final DType[] DTYPES = DType.values();
  private static final Outcome[] OUTCOMES = Outcome.values();
  private static final Phase[] PHASES = Phase.values();
  private static final Source[] SOURCES = Source.values();

  private WireNames() {}

  /// The value of that name.
  ///
  /// @param field stands in the complaint that there is none
  static <T> T of(String field, String name, T[] values, Function<T, String> wireName)
      throws MalformedException {
    for (T value : values) {
      if (wireName.apply(value).equals(name)) {
        return value;
      }
    }
    throw new MalformedException("%s is unknown: %s".formatted(field, Reasons.shown(name)));
  }

  static DType dtype(String field, String name) throws MalformedException {
    return of(field, name, DTYPES, DType::wireName);
  }

  static Category category(String name) throws MalformedException {
    return of("category", name, CATEGORIES, Category::wireName);
  }

  static Outcome outcome(String name) throws MalformedException {
    return of("outcome", name, OUTCOMES, Outcome::wireName);
  }

  static Phase phase(String name) throws MalformedException {
    return of("phase", name, PHASES, Phase::wireName);
  }

  static Source source(String name) throws MalformedException {
    return of("source", name, SOURCES, Source::wireName);
  }
}

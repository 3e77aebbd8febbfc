package dev.headroom.wire;

import dev.headroom.budget.Category;
import dev.headroom.ledger.Outcome;
import dev.headroom.ledger.Phase;
import dev.headroom.ledger.Source;

/// Words of the contract as values of the model.
final class WireNames {

  private static final Category[] CATEGORIES = Category.values();
  private static final Outcome[] OUTCOMES = Outcome.values();
  private static final Phase[] PHASES = Phase.values();
  private static final Source[] SOURCES = Source.values();

  private WireNames() {}

  static Category category(MessageReader in, String name) throws MalformedException {
    for (Category category : CATEGORIES) {
      if (category.wireName().equals(name)) {
        return category;
      }
    }
    throw in.unknown("category", name);
  }

  static Outcome outcome(MessageReader in, String name) throws MalformedException {
    for (Outcome outcome : OUTCOMES) {
      if (outcome.wireName().equals(name)) {
        return outcome;
      }
    }
    throw in.unknown("outcome", name);
  }

  static Phase phase(MessageReader in, String name) throws MalformedException {
    for (Phase phase : PHASES) {
      if (phase.wireName().equals(name)) {
        return phase;
      }
    }
    throw in.unknown("phase", name);
  }

  static Source source(MessageReader in, String name) throws MalformedException {
    for (Source source : SOURCES) {
      if (source.wireName().equals(name)) {
        return source;
      }
    }
    throw in.unknown("source", name);
  }
}

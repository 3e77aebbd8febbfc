package dev.headroom.wire.json;

import dev.headroom.memory.Category;
import dev.headroom.network.tensor.DType;
import dev.headroom.sample.JobPhase;
import dev.headroom.sample.RunOutcome;
import dev.headroom.sample.SampleSource;
import java.util.function.Function;

/// Finds the enum constant of a name in the contract.
public final class WireNames {

  private static final Category[] CATEGORIES = Category.values();
  private static final DType[] DTYPES = DType.values();
  private static final RunOutcome[] OUTCOMES = RunOutcome.values();
  private static final JobPhase[] PHASES = JobPhase.values();
  private static final SampleSource[] SOURCES = SampleSource.values();

  private WireNames() {}

  /// The value of that name.
  ///
  /// @param field stands in the complaint that there is none
  public static <T> T of(String field, String name, T[] values, Function<T, String> wireName)
      throws MalformedException {
    for (T value : values) {
      if (wireName.apply(value).equals(name)) {
        return value;
      }
    }
    throw new MalformedException("%s is unknown: %s".formatted(field, Printable.quoted(name)));
  }

  public static DType dtype(String field, String name) throws MalformedException {
    return of(field, name, DTYPES, DType::wireName);
  }

  public static Category category(String name) throws MalformedException {
    return of("category", name, CATEGORIES, Category::wireName);
  }

  public static RunOutcome outcome(String name) throws MalformedException {
    return of("outcome", name, OUTCOMES, RunOutcome::wireName);
  }

  public static JobPhase phase(String name) throws MalformedException {
    return of("phase", name, PHASES, JobPhase::wireName);
  }

  public static SampleSource source(String name) throws MalformedException {
    return of("source", name, SOURCES, SampleSource::wireName);
  }
}

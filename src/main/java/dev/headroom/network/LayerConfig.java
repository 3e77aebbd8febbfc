package dev.headroom.network;

import dev.headroom.network.setup.Framework;
import dev.headroom.network.setup.TrainingSetup;
import dev.headroom.sample.Ownership;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The registration of one run of a job: what it trains and how.
///
/// @param job 1 to 128 of `A-Za-z0-9._:-`
/// @param run tells the starts of one job apart; as a job. Null belongs to the run that the job's
///     samples name
/// @param model the model's name, for people
/// @param ownership whose job it is
public record LayerConfig(
    String job,
    @Nullable String run,
    String model,
    Framework framework,
    TrainingSetup setup,
    ModelDescription description,
    Ownership ownership) {

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._:-]{1,128}");

  public LayerConfig {
    requireName("job", job);
    if (run != null) {
      requireName("run", run);
    }
  }

  /// A run of whomever.
  public LayerConfig(
      String job,
      @Nullable String run,
      String model,
      Framework framework,
      TrainingSetup setup,
      ModelDescription description) {
    this(job, run, model, framework, setup, description, Ownership.UNKNOWN);
  }

  /// The same run with another set-up: a what-if.
  public LayerConfig withSetup(TrainingSetup changed) {
    return new LayerConfig(job, run, model, framework, changed, description, ownership);
  }

  /// The same run of another network: a what-if.
  public LayerConfig withDescription(ModelDescription changed) {
    return new LayerConfig(job, run, model, framework, setup, changed, ownership);
  }

  /// The same run by another framework: a what-if.
  public LayerConfig withFramework(Framework changed) {
    return new LayerConfig(job, run, model, changed, setup, description, ownership);
  }

  private static void requireName(String field, String name) {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(field + " is not 1 to 128 of A-Za-z0-9._:-: " + name);
    }
  }
}

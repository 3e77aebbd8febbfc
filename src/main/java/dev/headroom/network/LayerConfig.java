package dev.headroom.network;

import java.util.regex.Pattern;

/// The registration of one run of a job: what it trains and how.
///
/// @param job 1 to 128 of `A-Za-z0-9._:-`
/// @param run tells the starts of one job apart
/// @param model the model's name, for people
public record LayerConfig(
    String job,
    String run,
    String model,
    Framework framework,
    TrainingSetup setup,
    ModelDescription description) {

  private static final Pattern JOB = Pattern.compile("[A-Za-z0-9._:-]{1,128}");

  public LayerConfig {
    if (!JOB.matcher(job).matches()) {
      throw new IllegalArgumentException("job is not 1 to 128 of A-Za-z0-9._:-: " + job);
    }
  }

  /// The same run with another set-up: a what-if.
  public LayerConfig withSetup(TrainingSetup changed) {
    return new LayerConfig(job, run, model, framework, changed, description);
  }
}

package dev.headroom.deployment;

/// What Grafana would put in the place of a board's variables.
final class Variables {

  private Variables() {}

  /// The expression of a query as it goes to Prometheus: all GPUs, one job.
  static String inserted(String expression, String trainingJob) {
    return expression
        .replace("$__rate_interval", "20s")
        .replace("$__range", "1h")
        .replace("$gpu_model", ".*")
        .replace("$host", ".*")
        .replace("$training_job", trainingJob);
  }
}

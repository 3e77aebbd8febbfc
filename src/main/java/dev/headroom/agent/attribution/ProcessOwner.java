package dev.headroom.agent.attribution;

import org.jspecify.annotations.Nullable;

/// The job that a process belongs to, or none.
public sealed interface ProcessOwner {

  /// A job, and by which rule it was found; run and rank are null where the process does not say.
  record Job(String job, @Nullable String run, @Nullable Integer rank, Rule rule)
      implements ProcessOwner {}

  /// No rule knows it.
  record Nobody() implements ProcessOwner {}

  /// The rules, in the order in which they are asked.
  enum Rule {
    /// `HEADROOM_JOB` in the process's environment.
    ENVIRONMENT("environment"),
    /// A Slurm job, by the environment or the cgroup.
    SLURM("slurm"),
    /// A Kubernetes pod, by the cgroup.
    KUBERNETES("kubernetes"),
    /// The configured pattern on the command line.
    COMMAND_LINE("command_line");

    private final String label;

    Rule(String label) {
      this.label = label;
    }

    /// The name in metrics.
    public String label() {
      return label;
    }
  }
}

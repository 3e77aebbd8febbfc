package dev.headroom.cli.option;

import dev.headroom.simulator.Simulator;
import picocli.CommandLine.Option;

/// The command-line options of a simulated cluster.
public final class ClusterOptions {

  @Option(
      names = "--jobs",
      defaultValue = "20",
      description = "Simulated training jobs (default: ${DEFAULT-VALUE}).")
  public int jobs;

  @Option(
      names = "--seed",
      defaultValue = "1",
      description = "The same seed gives the same cluster (default: ${DEFAULT-VALUE}).")
  public long seed;

  @Option(
      names = "--speed",
      defaultValue = "1",
      description =
          "How many times faster than the clock the cluster lives (default: ${DEFAULT-VALUE}).")
  public double speed;

  @Option(
      names = "--past",
      paramLabel = "SECONDS",
      defaultValue = "0",
      description =
          "How long the cluster has lived already; what it said then is sent first, at once"
              + " (default: ${DEFAULT-VALUE}).")
  public long past;

  /// Refuses values that no cluster has.
  public void require(OptionRange range) {
    range.require("--jobs", jobs, 1, Simulator.MOST_JOBS);
    range.require("--speed", speed, Simulator.SLOWEST, Simulator.FASTEST);
    range.require("--past", past, 0, Simulator.LONGEST_PAST);
  }
}

package dev.headroom.ledger;

import java.time.Duration;
import java.time.Instant;

/// The bounds of the ledger: how much it holds and for how long.
///
/// @param jobs listed jobs, of all replicas
/// @param registrations remembered configurations
/// @param layers layers of all remembered configurations together
/// @param placements ranks × GPUs of one job
/// @param gpus known GPUs
/// @param ahead how far a sample's clock may be ahead of ours
/// @param silent without a sample for so long, a job counts as silent
/// @param forgotten without a sample for so long, a job is no longer listed
/// @param grace how long an ended job is still listed
public record LedgerLimits(
    int jobs,
    int registrations,
    long layers,
    int placements,
    int gpus,
    Duration ahead,
    Duration silent,
    Duration forgotten,
    Duration grace) {

  public static final LedgerLimits DEFAULT =
      new LedgerLimits(
          20_000,
          50_000,
          8_000_000,
          8192,
          200_000,
          Duration.ofSeconds(60),
          Duration.ofSeconds(60),
          Duration.ofMinutes(15),
          Duration.ofSeconds(30));

  public LedgerLimits {
    require("jobs", jobs);
    require("registrations", registrations);
    require("layers", layers);
    require("placements", placements);
    require("gpus", gpus);
    require("ahead", ahead.toMillis());
    require("silent", silent.toMillis());
    require("forgotten", forgotten.toMillis());
    require("grace", grace.toMillis());
  }

  boolean isSkewed(Instant time, Instant now) {
    return time.isAfter(now.plus(ahead));
  }

  private static void require(String name, long value) {
    if (value < 1) {
      throw new IllegalArgumentException(name + " < 1: " + value);
    }
  }
}

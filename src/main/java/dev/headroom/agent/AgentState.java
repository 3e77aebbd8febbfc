package dev.headroom.agent;

import dev.headroom.agent.attribution.ProcessOwner;
import dev.headroom.agent.probe.ReadFailure;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The counters and problems of the agent: written by its loop, read by metrics and health checks.
final class AgentState {
  /// NVML has some thirty codes and we make ten calls: a bound that only a bug reaches.
  private static final int MAX_FAILURES = 1_000;

  private final Map<CallAndReason, Long> failures = new HashMap<>();
  private Map<ProcessOwner.Rule, Integer> processes = new EnumMap<>(ProcessOwner.Rule.class);
  private int unattributed;
  private int devices;
  private long readings;
  private long missed;
  private double readingSeconds;
  private @Nullable String unavailable = "no device was read yet";

  record CallAndReason(String call, String reason) {}

  synchronized void read(int seen, NodeSampler.Result result, long nanos) {
    unavailable = null;
    devices = seen;
    processes = new EnumMap<>(ProcessOwner.Rule.class);
    processes.putAll(result.byRule());
    unattributed = result.unattributed();
    readings++;
    readingSeconds += nanos / 1e9;
  }

  synchronized void unavailable(String sentence) {
    unavailable = sentence;
    devices = 0;
    processes = new EnumMap<>(ProcessOwner.Rule.class);
    unattributed = 0;
  }

  synchronized void recordFailure(ReadFailure failure) {
    CallAndReason key = new CallAndReason(failure.call(), failure.reason());
    if (failures.size() < MAX_FAILURES || failures.containsKey(key)) {
      failures.merge(key, 1L, Long::sum);
    }
  }

  synchronized void missed(long instants) {
    missed += instants;
  }

  /// Why no device can be read; empty where they can.
  synchronized Optional<String> unavailable() {
    return Optional.ofNullable(unavailable);
  }

  /// A copy of all figures at one instant.
  synchronized Figures figures() {
    return new Figures(
        Map.copyOf(failures),
        Map.copyOf(processes),
        unattributed,
        devices,
        readings,
        missed,
        readingSeconds);
  }

  record Figures(
      Map<CallAndReason, Long> failures,
      Map<ProcessOwner.Rule, Integer> processes,
      int unattributed,
      int devices,
      long readings,
      long missed,
      double readingSeconds) {}
}

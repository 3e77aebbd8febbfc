package dev.headroom.calibration;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/// Remembers what settled runs teach, within bounds.
///
/// Of each network on each GPU model the newest runs are kept, and of those pairs the ones that ran
/// last. What is kept depends on what was learned, not on its order: readers of the same topic
/// remember the same. One writer at a time; [Calibration]s are for any thread.
public final class History {

  static final int MAX_RUNS = 8;
  static final int MAX_NETWORKS = 4096;

  private final Prior prior;
  private final Map<Network, TreeSet<Observation>> networks = new HashMap<>();
  private final Map<String, GpuHistory> gpus = new HashMap<>();
  private final Set<String> changed = new HashSet<>();

  /// What was settled no later than this is forgotten, and not learned when it comes late.
  private Instant horizon = Instant.MIN;

  public History(Prior prior) {
    this.prior = prior;
  }

  /// A network on a GPU model.
  private record Network(String gpuModel, String name) {

    static Network of(Observation observation) {
      return new Network(observation.kind().gpuModel(), observation.network());
    }
  }

  /// Learns what a run teaches, in place of what the same run taught before.
  public void learn(Observation observation) {
    if (!observation.settled().isAfter(horizon)) {
      return;
    }
    Network network = Network.of(observation);
    TreeSet<Observation> runs = networks.computeIfAbsent(network, _ -> new TreeSet<>());
    runs.removeIf(observation::isSameRun);
    runs.add(observation);
    if (runs.size() > MAX_RUNS) {
      runs.pollFirst();
    }
    changed.add(network.gpuModel());
    if (networks.size() > 2 * MAX_NETWORKS) {
      forget();
    }
  }

  /// Whether what the same run teaches is remembered.
  public boolean hasLearned(Observation observation) {
    TreeSet<Observation> runs = networks.get(Network.of(observation));
    return runs != null && runs.stream().anyMatch(observation::isSameRun);
  }

  /// What is known now.
  public Calibration calibration() {
    forget();
    if (!changed.isEmpty()) {
      Map<String, List<Observation>> observations = new HashMap<>();
      changed.forEach(gpuModel -> observations.put(gpuModel, new ArrayList<>()));
      networks.forEach(
          (network, runs) -> {
            List<Observation> own = observations.get(network.gpuModel());
            if (own != null) {
              own.addAll(runs);
            }
          });
      observations.forEach(
          (gpuModel, own) -> {
            Collections.sort(own);
            if (own.isEmpty()) {
              gpus.remove(gpuModel);
            } else {
              gpus.put(gpuModel, GpuHistory.of(gpuModel, prior, own));
            }
          });
      changed.clear();
    }
    return new Calibration(prior, gpus);
  }

  /// Moves the horizon to the last run of the first network that is one too many.
  private void forget() {
    if (networks.size() <= MAX_NETWORKS) {
      return;
    }
    List<Instant> lastRuns = new ArrayList<>(networks.size());
    networks.values().forEach(runs -> lastRuns.add(runs.last().settled()));
    lastRuns.sort(Collections.reverseOrder());
    horizon = lastRuns.get(MAX_NETWORKS);
    networks
        .entrySet()
        .removeIf(
            entry -> {
              boolean forgets = entry.getValue().removeIf(run -> !run.settled().isAfter(horizon));
              if (forgets) {
                changed.add(entry.getKey().gpuModel());
              }
              return entry.getValue().isEmpty();
            });
  }
}

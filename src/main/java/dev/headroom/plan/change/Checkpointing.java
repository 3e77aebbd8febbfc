package dev.headroom.plan.change;

import dev.headroom.budget.Budget;
import dev.headroom.budget.LayerCost;
import dev.headroom.budget.whatif.MemorySavers;
import dev.headroom.network.LayerConfig;
import dev.headroom.network.Network;
import dev.headroom.network.setup.RunMode;
import dev.headroom.plan.change.Trial.Outcome;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Recomputes modules in the backward pass instead of keeping what they saved: as few as suffice.
///
/// Modules of one depth of the tree are taken by what they save, the heaviest first, and no fewer
/// of these would do. Of the depths the one counts that has the fewest layers to recompute.
final class Checkpointing {

  private static final int NAMED_MODULES = 3;

  private Checkpointing() {}

  static List<Outcome> tried(Outcome from, Trial trial) {
    LayerConfig config = from.config();
    if (config.setup().mode() != RunMode.TRAINING
        || !config.setup().checkpointing().isEmpty()
        || !(config.description() instanceof Network network)) {
      return List.of();
    }
    Outcome best = null;
    long bestLayers = Long.MAX_VALUE;
    Outcome strongest = null;
    Set<Set<String>> seen = new HashSet<>();
    for (int depth = 1; depth <= MemorySavers.DEEPEST_MODULES; depth++) {
      Set<String> modules = MemorySavers.modulesAt(depth, network);
      if (modules.isEmpty() || !seen.add(modules)) {
        continue;
      }
      List<String> heaviest = byWeight(modules, from.budget());
      Optional<Outcome> all = outcome(from, trial, heaviest, heaviest.size());
      if (all.isEmpty()) {
        continue;
      }
      if (strongest == null || all.get().p95().compareTo(strongest.p95()) < 0) {
        strongest = all.get();
      }
      if (all.get().fits()) {
        Outcome fewest = fewest(from, trial, heaviest, all.get());
        long layers = layers(fewest.config().setup().checkpointing(), network);
        if (layers < bestLayers) {
          best = fewest;
          bestLayers = layers;
        }
      }
    }
    if (best != null) {
      return List.of(best);
    }
    return strongest == null ? List.of() : List.of(strongest);
  }

  /// Halves the count that suffices, then goes down while one fewer still does.
  private static Outcome fewest(Outcome from, Trial trial, List<String> heaviest, Outcome all) {
    Outcome fits = all;
    int enough = heaviest.size();
    int tooFew = 0;
    while (enough - tooFew > 1) {
      int middle = (enough + tooFew) / 2;
      Optional<Outcome> tried = outcome(from, trial, heaviest, middle).filter(Outcome::fits);
      if (tried.isPresent()) {
        fits = tried.get();
        enough = middle;
      } else {
        tooFew = middle;
      }
    }
    return fits;
  }

  private static Optional<Outcome> outcome(
      Outcome from, Trial trial, List<String> heaviest, int count) {
    List<String> modules = heaviest.subList(0, count).stream().sorted().toList();
    return trial.of(from, named(modules), from.config().setup().withCheckpointing(modules));
  }

  private static List<String> byWeight(Set<String> modules, Budget budget) {
    Map<String, Long> saved = new HashMap<>();
    for (LayerCost layer : budget.layers()) {
      for (int dot = layer.name().indexOf('.');
          dot >= 0;
          dot = layer.name().indexOf('.', dot + 1)) {
        saved.merge(layer.name().substring(0, dot), layer.saved().bytes(), Math::addExact);
      }
    }
    var heaviest = new ArrayList<>(modules);
    heaviest.sort(
        Comparator.comparingLong((String module) -> saved.getOrDefault(module, 0L)).reversed());
    return heaviest;
  }

  private static long layers(List<String> modules, Network network) {
    return network.layers().stream()
        .filter(layer -> modules.stream().anyMatch(it -> layer.name().startsWith(it + ".")))
        .count();
  }

  private static String named(List<String> modules) {
    return modules.size() <= NAMED_MODULES
        ? "checkpoint " + String.join(", ", modules)
        : "checkpoint %s and %d more"
            .formatted(
                String.join(", ", modules.subList(0, NAMED_MODULES - 1)),
                modules.size() - NAMED_MODULES + 1);
  }
}

package dev.headroom.calibration.evaluation;

import dev.headroom.calibration.Calibration;
import dev.headroom.calibration.History;
import dev.headroom.calibration.MeasuredSize;
import dev.headroom.calibration.Prior;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;

/// Replays measured runs as if they were a cluster's jobs: after so many of them, how right are the
/// predictions for the others?
///
/// Each GPU model's runs are replayed by themselves, because a GPU's jobs teach nothing of another.
///
/// @param otherJobs by how many jobs of other models were learned, in random orders
/// @param sameModel by how many runs of the same model were learned, and nothing else
public record Evaluation(Map<Integer, Accuracy> otherJobs, Map<Integer, Accuracy> sameModel) {

  private static final List<Integer> OTHER_JOBS = List.of(0, 1, 3, 5, 10, 20, 50);
  private static final List<Integer> SAME_MODEL = List.of(1, 2);

  /// The places of a model's first and second run among its runs by batch size.
  private static final List<Integer> FIRST_RUNS = List.of(0, 2);

  /// Replays runs of one or several GPU models.
  ///
  /// @param size the one that is judged; runs without it are left out
  /// @param orders in how many orders the runs are learned
  /// @param seed the same seed gives the same orders
  public static Evaluation of(
      Collection<MeasuredRun> runs, MeasuredSize size, Prior prior, int orders, long seed) {
    Map<String, List<MeasuredRun>> byGpu = new TreeMap<>();
    for (MeasuredRun run : runs) {
      if (run.has(size)) {
        byGpu.computeIfAbsent(run.kind().gpuModel(), _ -> new ArrayList<>()).add(run);
      }
    }
    Map<Integer, Judgements> others = new LinkedHashMap<>();
    OTHER_JOBS.forEach(jobs -> others.put(jobs, new Judgements(size)));
    Map<Integer, Judgements> same = new LinkedHashMap<>();
    SAME_MODEL.forEach(count -> same.put(count, new Judgements(size)));
    for (List<MeasuredRun> own : byGpu.values()) {
      var random = new SplittableRandom(seed);
      for (int order = 0; order < orders; order++) {
        replay(shuffled(own, random), prior, others);
      }
      sameModel(own, prior, same);
    }
    return new Evaluation(accuracies(others), accuracies(same));
  }

  /// Learns the first runs of an order and judges what is predicted for the other models.
  private static void replay(
      List<MeasuredRun> order, Prior prior, Map<Integer, Judgements> others) {
    var history = new History(prior);
    Set<String> seen = new HashSet<>();
    int learned = 0;
    for (Map.Entry<Integer, Judgements> entry : others.entrySet()) {
      if (entry.getKey() > order.size()) {
        return;
      }
      for (; learned < entry.getKey(); learned++) {
        MeasuredRun run = order.get(learned);
        seen.add(run.network());
        history.learn(run.observation(learned));
      }
      Calibration calibration = history.calibration();
      for (MeasuredRun run : order) {
        if (!seen.contains(run.network())) {
          entry.getValue().judge(calibration, run);
        }
      }
    }
  }

  /// Learns a model's first runs and judges what is predicted for its others.
  private static void sameModel(
      List<MeasuredRun> runs, Prior prior, Map<Integer, Judgements> same) {
    Map<String, List<MeasuredRun>> byModel = new TreeMap<>();
    for (MeasuredRun run : runs) {
      byModel.computeIfAbsent(run.network(), _ -> new ArrayList<>()).add(run);
    }
    for (List<MeasuredRun> own : byModel.values()) {
      own.sort(Comparator.comparingInt(MeasuredRun::batch));
      for (Map.Entry<Integer, Judgements> entry : same.entrySet()) {
        List<Integer> first = FIRST_RUNS.subList(0, entry.getKey());
        if (first.getLast() >= own.size()) {
          continue;
        }
        var history = new History(prior);
        first.forEach(place -> history.learn(own.get(place).observation(place)));
        Calibration calibration = history.calibration();
        for (int place = 0; place < own.size(); place++) {
          if (!first.contains(place)) {
            entry.getValue().judge(calibration, own.get(place));
          }
        }
      }
    }
  }

  /// Fisher and Yates.
  private static List<MeasuredRun> shuffled(List<MeasuredRun> runs, SplittableRandom random) {
    var order = new ArrayList<>(runs);
    for (int i = order.size() - 1; i > 0; i--) {
      MeasuredRun swapped = order.set(random.nextInt(i + 1), order.get(i));
      order.set(i, swapped);
    }
    return order;
  }

  private static Map<Integer, Accuracy> accuracies(Map<Integer, Judgements> judgements) {
    Map<Integer, Accuracy> accuracies = new LinkedHashMap<>();
    judgements.forEach((count, own) -> accuracies.put(count, own.accuracy()));
    return accuracies;
  }
}

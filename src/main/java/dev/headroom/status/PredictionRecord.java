package dev.headroom.status;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/// How right the predictions of settled jobs were, by what they were predictions of. Safe for any
/// number of threads.
public final class PredictionRecord {

  /// Groups beyond this are counted together: names of GPUs and frameworks come from messages.
  static final int MAX_GROUPS = 256;

  private static final String OTHER = "other";

  /// What predictions are told apart by.
  ///
  /// @param size such as `device`
  /// @param framework such as `pytorch 2.15`; empty where unknown
  /// @param gpuModel empty where unknown
  public record Group(String size, String framework, String gpuModel) {}

  /// The predictions of one group.
  ///
  /// @param errors (measured − P50) / P50
  /// @param withinP95 how many measured peaks were at most P95
  /// @param aboveP95 how many were above it: capped there, the job would have died
  public record Score(Group group, Histogram errors, long withinP95, long aboveP95) {}

  private static final class Counters {
    private final HistogramRecorder errors =
        new HistogramRecorder(-0.5, -0.2, -0.1, -0.05, -0.02, 0, 0.02, 0.05, 0.1, 0.2, 0.5, 1);
    private final LongAdder withinP95 = new LongAdder();
    private final LongAdder aboveP95 = new LongAdder();
  }

  private final Map<Group, Counters> groups = new ConcurrentHashMap<>();

  /// Takes one prediction of a job that has settled.
  ///
  /// @param ratio (measured − P50) / P50
  void add(Group group, double ratio, boolean isWithinP95) {
    boolean isNew = !groups.containsKey(group);
    Group counted =
        isNew && groups.size() >= MAX_GROUPS ? new Group(group.size(), OTHER, OTHER) : group;
    Counters counters = groups.computeIfAbsent(counted, _ -> new Counters());
    counters.errors.add(ratio);
    (isWithinP95 ? counters.withinP95 : counters.aboveP95).increment();
  }

  /// All groups, in the order of their names.
  List<Score> scores() {
    var scores = new ArrayList<Score>();
    groups.forEach(
        (group, counters) ->
            scores.add(
                new Score(
                    group,
                    counters.errors.histogram(),
                    counters.withinP95.sum(),
                    counters.aboveP95.sum())));
    scores.sort(
        Comparator.comparing((Score it) -> it.group().size())
            .thenComparing(it -> it.group().framework())
            .thenComparing(it -> it.group().gpuModel()));
    return scores;
  }
}

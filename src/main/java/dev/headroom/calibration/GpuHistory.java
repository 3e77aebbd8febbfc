package dev.headroom.calibration;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// What the jobs of one GPU model taught.
///
/// @param jobs how many are remembered
/// @param anyRelease by all of them
/// @param byRelease by those of one framework release; learned from that of all
/// @param byModel the remembered runs of a network, the newest last
/// @param jobsByRelease how many remembered jobs ran with a framework release
record GpuHistory(
    int jobs,
    Map<MeasuredSize, Level> anyRelease,
    Map<String, Map<MeasuredSize, Level>> byRelease,
    Map<String, List<Observation>> byModel,
    Map<String, Integer> jobsByRelease) {

  /// Of a level: older jobs teach through the runs of their model only.
  private static final int MAX_JOBS = 512;

  /// @param observations of one GPU model, in order, the newest last
  static GpuHistory of(String gpuModel, Prior prior, List<Observation> observations) {
    var newest =
        observations.subList(Math.max(0, observations.size() - MAX_JOBS), observations.size());
    Map<MeasuredSize, Level> all = new EnumMap<>(MeasuredSize.class);
    for (MeasuredSize size : MeasuredSize.values()) {
      all.put(size, Level.untaught(size, prior.belief(gpuModel, size)).taught(newest));
    }
    Map<String, List<Observation>> releases = new HashMap<>();
    for (Observation observation : newest) {
      String release = observation.kind().release();
      if (!release.isEmpty()) {
        releases.computeIfAbsent(release, _ -> new ArrayList<>()).add(observation);
      }
    }
    Map<String, Map<MeasuredSize, Level>> byRelease = new HashMap<>();
    releases.forEach((release, own) -> byRelease.put(release, taught(all, own)));
    Map<String, List<Observation>> models = new HashMap<>();
    Map<String, Integer> jobsByRelease = new HashMap<>();
    for (Observation observation : observations) {
      jobsByRelease.merge(observation.kind().release(), 1, Integer::sum);
      String model = observation.kind().model();
      if (!model.isEmpty()) {
        models.computeIfAbsent(model, _ -> new ArrayList<>()).add(observation);
      }
    }
    return new GpuHistory(observations.size(), all, byRelease, models, jobsByRelease);
  }

  private static Map<MeasuredSize, Level> taught(
      Map<MeasuredSize, Level> all, List<Observation> own) {
    Map<MeasuredSize, Level> levels = new EnumMap<>(MeasuredSize.class);
    all.forEach((size, level) -> levels.put(size, level.anotherRelease().taught(own)));
    return levels;
  }

  Forecast forecast(JobKind kind, PredictedPeak predicted, MeasuredSize size) {
    return level(kind, size).forecast(predicted, runs(kind));
  }

  List<Observation> runs(JobKind kind) {
    return byModel.getOrDefault(kind.model(), List.of());
  }

  Level level(JobKind kind, MeasuredSize size) {
    Level all = Objects.requireNonNull(anyRelease.get(size));
    if (kind.release().isEmpty()) {
      return all;
    }
    Map<MeasuredSize, Level> own = byRelease.get(kind.release());
    return own == null ? all.anotherRelease() : Objects.requireNonNull(own.get(size));
  }
}

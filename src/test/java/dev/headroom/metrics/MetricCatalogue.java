package dev.headroom.metrics;

import dev.headroom.metrics.text.MetricFamily;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/// Every metric that the code can export, as a series' name in a query, and its labels.
///
/// Labels come from an exposition with a line of nearly each family; those of one without a line
/// (growth, which needs minutes) are given here.
public final class MetricCatalogue {

  private static final Pattern LINE = Pattern.compile("(?m)^([a-z_]+)(?:\\{(.*)})? ");
  private static final Pattern LABEL = Pattern.compile("([a-z0-9_]+)=\"(?:[^\"\\\\]|\\\\.)*\"");

  private static final Map<String, String> WITHOUT_LINE =
      Map.of(
          "headroom_job_budget_missing_info", "reason",
          "headroom_job_drift_cause_info", "cause",
          "headroom_job_excess_bytes", "size",
          "headroom_job_excess_ratio", "size",
          "headroom_job_time_to_capacity_bound_seconds", "bound");

  private MetricCatalogue() {}

  public static Map<String, Set<String>> monitor() {
    var all = new TreeMap<String, Set<String>>();
    JobFamilies.ALL.forEach(family -> all.put(family.name(), labels("training_job")));
    GpuFamilies.ALL_AND_BY_JOB.forEach(family -> all.put(family.name(), labels("gpu_uuid")));
    FleetFamilies.ALL.forEach(family -> all.put(family.name(), labels("gpu_model", "state")));
    FleetFamilies.OF_RIGHTSIZING.forEach(
        family -> all.put(family.name(), labels("training_job", "suffices")));
    FleetFamilies.OF_MISFITS.forEach(family -> all.put(family.name(), labels("training_job")));
    MonitorFamilies.ALL.stream()
        .filter(family -> family.kind() != MetricFamily.Kind.HISTOGRAM)
        .forEach(family -> all.put(family.name(), labels()));
    WITHOUT_LINE.forEach((name, label) -> all.computeIfPresent(name, (_, own) -> with(own, label)));
    var lines = LINE.matcher(WholeScrape.text());
    while (lines.find()) {
      Set<String> labels = all.computeIfAbsent(lines.group(1), _ -> labels());
      if (lines.group(2) != null) {
        LABEL.matcher(lines.group(2)).results().forEach(label -> labels.add(label.group(1)));
      }
    }
    return all;
  }

  private static Set<String> with(Set<String> labels, String label) {
    labels.add(label);
    return labels;
  }

  private static Set<String> labels(String... names) {
    return new TreeSet<>(Set.of(names));
  }
}

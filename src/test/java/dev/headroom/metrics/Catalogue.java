package dev.headroom.metrics;

import dev.headroom.ledger.Cluster;
import dev.headroom.live.Fate;
import dev.headroom.live.Pulse;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/// Every metric that the code can export, as a series' name in a query, and its labels.
///
/// Labels come from an exposition with a line of nearly each family; one without a line (growth,
/// which needs minutes) has its subject's label only.
public final class Catalogue {

  private static final Pattern LINE = Pattern.compile("(?m)^([a-z_]+)(?:\\{(.*)})? ");
  private static final Pattern LABEL = Pattern.compile("([a-z_]+)=\"(?:[^\"\\\\]|\\\\.)*\"");

  private Catalogue() {}

  public static Map<String, Set<String>> monitor() {
    var all = new TreeMap<String, Set<String>>();
    JobFamilies.ALL.forEach(family -> all.put(family.name(), labels("training_job")));
    GpuFamilies.ALL_AND_BY_JOB.forEach(family -> all.put(family.name(), labels("gpu_uuid")));
    SelfFamilies.ALL.stream()
        .filter(family -> family.kind() != Family.Kind.HISTOGRAM)
        .forEach(family -> all.put(family.name(), labels()));
    var lines = LINE.matcher(exposition());
    while (lines.find()) {
      Set<String> labels = all.computeIfAbsent(lines.group(1), _ -> labels());
      if (lines.group(2) != null) {
        LABEL.matcher(lines.group(2)).results().forEach(label -> labels.add(label.group(1)));
      }
    }
    return all;
  }

  private static String exposition() {
    var pulse = new Pulse();
    pulse.received("t", 1);
    pulse.met("t", Fate.APPLIED, 1);
    pulse.lags("t", 0, 1);
    Cluster cluster = ExpositionTest.cluster();
    var out = new ByteArrayOutputStream();
    new Exposition(
            cluster.snapshot(),
            pulse,
            new SelfFamilies.Build("1", "a"),
            new Exposition.Options(1000, true))
        .write(out, Format.TEXT, 0);
    return out.toString(StandardCharsets.UTF_8);
  }

  private static Set<String> labels(String... names) {
    return new TreeSet<>(Set.of(names));
  }
}

package dev.headroom.metrics;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.memory.MemorySize;
import dev.headroom.metrics.text.FamilyWriter;
import dev.headroom.metrics.text.MetricFamily;
import dev.headroom.metrics.text.RenderedLabels;
import dev.headroom.metrics.text.TextFormat;
import dev.headroom.plan.live.FleetTotals;
import dev.headroom.plan.live.Misfits.Misfit;
import dev.headroom.plan.live.Rightsizing.Smaller;
import java.io.ByteArrayOutputStream;
import java.util.List;
import org.junit.jupiter.api.Test;

class FleetFamiliesTest {

  @Test
  void aModelHasItsTotals() {
    assertThat(
            lines(
                FleetFamilies.ALL,
                "gpu_model",
                new FleetTotals("A100", 100, 200, 300, 400, 500, 6, 7, 8)))
        .containsExactly(
            "headroom_fleet_capacity_bytes{gpu_model=\"it\"} 100",
            "headroom_fleet_committed_bytes{gpu_model=\"it\"} 200",
            "headroom_fleet_measured_bytes{gpu_model=\"it\"} 300",
            "headroom_fleet_reclaimable_bytes{gpu_model=\"it\"} 400",
            "headroom_fleet_stranded_bytes{gpu_model=\"it\"} 500",
            "headroom_fleet_gpus{gpu_model=\"it\",state=\"idle\"} 6",
            "headroom_fleet_gpus{gpu_model=\"it\",state=\"used\"} 7",
            "headroom_fleet_gpus{gpu_model=\"it\",state=\"overcommitted\"} 8");
  }

  @Test
  void aJobSaysWhatWouldComeFreeAndWhatIsMissing() {
    assertThat(
            lines(
                FleetFamilies.OF_RIGHTSIZING,
                "training_job",
                new Smaller("j", 1, "A100", "T4", size(3), size(5), 0.5)))
        .containsExactly("headroom_job_reclaimable_bytes{training_job=\"it\",suffices=\"T4\"} 5");
    assertThat(
            lines(
                FleetFamilies.OF_MISFITS,
                "training_job",
                new Misfit("j", 1, "T4", size(3), size(10))))
        .containsExactly("headroom_job_missing_bytes{training_job=\"it\"} 7");
  }

  private static <T> List<String> lines(List<MetricFamily<T>> families, String label, T it) {
    var writer = new FamilyWriter<>(families, TextFormat.TEXT, _ -> true);
    writer.add(RenderedLabels.subject(label, "it"), it);
    var out = new ByteArrayOutputStream();
    writer.writeTo(out);
    return out.toString(UTF_8).lines().filter(line -> !line.startsWith("#")).toList();
  }

  private static MemorySize size(long bytes) {
    return new MemorySize(bytes);
  }
}

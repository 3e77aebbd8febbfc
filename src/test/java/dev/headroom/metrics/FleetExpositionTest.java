package dev.headroom.metrics;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.gpu.GpuCatalogue;
import dev.headroom.ledger.Snapshot;
import dev.headroom.ledger.SnapshotBuilder;
import dev.headroom.ledger.event.MemorySampled;
import dev.headroom.live.Calibrations;
import dev.headroom.live.Predictions;
import dev.headroom.memory.MemorySize;
import dev.headroom.metrics.text.FamilyWriter;
import dev.headroom.metrics.text.TextFormat;
import dev.headroom.plan.live.FleetTotals;
import dev.headroom.plan.live.Misfits.Misfit;
import dev.headroom.wire.plan.GpuCatalogueReader;
import java.io.ByteArrayOutputStream;
import java.util.List;
import org.junit.jupiter.api.Test;

/// GPUs of 10,000 bytes, and jobs that need more than all of one.
class FleetExpositionTest {

  private static final GpuCatalogue GPUS = GpuCatalogueReader.own();

  private final Calibrations calibrations = new Calibrations(GPUS, new Predictions());

  @Test
  void onlyWhatThisReplicaSpeaksForCounts() {
    // When
    FleetExposition.FleetFigures figures =
        FleetExposition.of(snapshot(2).snapshot(), GPUS, calibrations);

    // Then
    assertThat(figures.totals()).extracting(FleetTotals::measured).containsExactly(100L);
    assertThat(figures.misfits()).extracting(Misfit::job).containsExactly("ours");
    assertThat(figures.smaller()).isEmpty();
  }

  @Test
  void aGpuThatIsSilentDoesNotCount() {
    assertThat(FleetExposition.of(snapshot(61).snapshot(), GPUS, calibrations).totals()).hasSize(1);
    assertThat(FleetExposition.of(snapshot(62).snapshot(), GPUS, calibrations).totals()).isEmpty();
  }

  @Test
  void eachFigureIsALineAndOnlyWhatIsWantedIsWritten() {
    // Given
    var exposition = new FleetExposition(GPUS, calibrations);
    Snapshot snapshot = snapshot(2).snapshot();

    // Then
    assertThat(lines(exposition, snapshot, ""))
        .anyMatch(
            line ->
                line.startsWith("headroom_fleet_measured_bytes{gpu_model=")
                    && line.endsWith(" 100"))
        .anyMatch(line -> line.startsWith("headroom_job_missing_bytes{training_job=\"ours\"} "));
    assertThat(lines(exposition, snapshot, "headroom_fleet_gpus"))
        .hasSize(3)
        .allMatch(line -> line.startsWith("headroom_fleet_gpus{"));
    assertThat(lines(exposition, snapshot, "headroom_jobs")).isEmpty();
  }

  @Test
  void itIsAddedUpEveryTenSecondsAndNotWithEachScrape() {
    var exposition = new FleetExposition(GPUS, calibrations);
    List<String> first = lines(exposition, snapshot(2).snapshot(), "");
    SnapshotBuilder changed = snapshot(2).with(SnapshotBuilder.gpu("GPU-2", 3, 700), 3);
    assertThat(lines(exposition, changed.snapshot(), "")).isEqualTo(first);
    assertThat(lines(new FleetExposition(GPUS, calibrations), changed.snapshot(), ""))
        .isNotEqualTo(first);
  }

  /// Of both partitions, the first of which is ours.
  private static SnapshotBuilder snapshot(long second) {
    var ledger = new SnapshotBuilder();
    for (String name : List.of("ours", "theirs")) {
      int partition = name.equals("ours") ? 0 : 7;
      ledger
          .with(SnapshotBuilder.gpu("GPU-" + name, 1, 100), partition, 1)
          .with(SnapshotBuilder.config(name, "m"), partition, 1)
          .with(
              new MemorySampled(
                  SnapshotBuilder.sample(name, "GPU-" + name, 2)
                      .allocated(new MemorySize(9_000_000_000L))
                      .build()),
              partition,
              second);
    }
    return ledger;
  }

  private static List<String> lines(FleetExposition exposition, Snapshot snapshot, String name) {
    var out = new ByteArrayOutputStream();
    for (FamilyWriter<?> writer :
        exposition.lines(
            snapshot, TextFormat.TEXT, wanted -> name.isEmpty() || wanted.equals(name))) {
      writer.writeTo(out);
    }
    return out.toString(UTF_8).lines().filter(line -> !line.startsWith("#")).toList();
  }
}

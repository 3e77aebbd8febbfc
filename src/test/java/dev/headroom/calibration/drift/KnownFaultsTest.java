package dev.headroom.calibration.drift;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.budget.Predictor;
import dev.headroom.budget.device.KnownOverheads;
import dev.headroom.budget.whatif.WhatIf;
import dev.headroom.calibration.History;
import dev.headroom.calibration.JobKind;
import dev.headroom.calibration.MeasuredSize;
import dev.headroom.calibration.Prior;
import dev.headroom.memory.MemorySize;
import dev.headroom.network.LayerConfig;
import dev.headroom.wire.layerconfig.LayerConfigDecoder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Jobs with a fault that is known, holding what PyTorch itself says (`drift/faults.csv`).
class KnownFaultsTest {

  private static final Path GOLDEN = Path.of("src/test/resources/golden/networks");
  private static final Path FAULTS = Path.of("src/test/resources/drift/faults.csv");

  private final DriftExplainer explainer =
      new DriftExplainer(
          new Predictor(new KnownOverheads())::predict,
          new History(Prior.UNKNOWN_GPU).calibration());

  /// A job that declares `batch` and `optimizer`, and holds what it does because of its fault.
  private record Job(
      String network, int batch, String optimizer, String fault, long allocated, long reserved) {

    LayerConfig declared() {
      try {
        byte[] json = Files.readAllBytes(GOLDEN.resolve(network + ".layer-config.json"));
        return new WhatIf(batch, null, optimizer, "training", null)
            .applied(LayerConfigDecoder.read(json));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    Map<MeasuredSize, MemorySize> measured() {
      return Map.of(
          MeasuredSize.ALLOCATED, new MemorySize(allocated),
          MeasuredSize.RESERVED, new MemorySize(reserved));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "batch_doubled, BATCH_SIZE",
    "resolution_299, INPUT_RESOLUTION",
    "adam_for_momentum, OPTIMIZER",
    "evaluation_with_gradients, EVALUATION_WITH_GRADIENTS",
    "second_model, SECOND_MODEL",
  })
  void namesTheFaultOfEachJobThatDrifts(String fault, DriftCause cause) throws IOException {
    // Given
    List<Job> drifting = jobs(fault).stream().filter(this::isDrifting).toList();

    // When
    List<String> missed =
        drifting.stream()
            .filter(job -> causes(job).stream().limit(1).noneMatch(cause::equals))
            .map(job -> job.network + ": " + explain(job))
            .toList();

    // Then
    System.out.printf(
        "%s: %d of %d that drift, of %d%n",
        fault, drifting.size() - missed.size(), drifting.size(), jobs(fault).size());
    assertThat(drifting).isNotEmpty();
    assertThat(10 * missed.size()).as("%s", missed).isLessThanOrEqualTo(drifting.size());
  }

  @Test
  void saysNothingOfHealthyJobs() throws IOException {
    assertThat(jobs("none")).isNotEmpty().noneMatch(this::isDrifting);
  }

  @Test
  void blamesAnotherProcessForWhatTheDeviceHoldsBeside() throws IOException {
    // Given a job that holds what it should, on a GPU that holds 6 GiB more
    Job job = jobs("none").getFirst();
    var measured =
        Map.of(
            MeasuredSize.ALLOCATED, new MemorySize(job.allocated),
            MeasuredSize.RESERVED, new MemorySize(job.reserved),
            MeasuredSize.DEVICE, new MemorySize(job.reserved + (7L << 30)));

    // When, then
    assertThat(explainer.explain(kind(job), job.declared(), measured))
        .first()
        .satisfies(it -> assertThat(it.cause()).isEqualTo(DriftCause.OTHER_PROCESS))
        .asString()
        .matches("fits another process that holds about \\d\\.\\d\\d GiB");
  }

  private boolean isDrifting(Job job) {
    return explainer.isDrifting(kind(job), job.declared(), job.measured());
  }

  private List<Explanation> explain(Job job) {
    return explainer.explain(kind(job), job.declared(), job.measured());
  }

  private List<DriftCause> causes(Job job) {
    return explain(job).stream().map(Explanation::cause).toList();
  }

  private static JobKind kind(Job job) {
    LayerConfig config = job.declared();
    return new JobKind("", config.framework(), config.model());
  }

  private static List<Job> jobs(String fault) throws IOException {
    return Files.readAllLines(FAULTS).stream()
        .filter(line -> !line.startsWith("#"))
        .map(line -> line.split(",", -1))
        .filter(cells -> cells[3].equals(fault))
        .map(
            cells ->
                new Job(
                    cells[0],
                    Integer.parseInt(cells[1]),
                    cells[2],
                    cells[3],
                    Long.parseLong(cells[4]),
                    Long.parseLong(cells[5])))
        .toList();
  }
}

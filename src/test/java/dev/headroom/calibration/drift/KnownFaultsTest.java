package dev.headroom.calibration.drift;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.budget.Predictor;
import dev.headroom.budget.device.KnownOverheads;
import dev.headroom.calibration.History;
import dev.headroom.calibration.JobKind;
import dev.headroom.calibration.MeasuredSize;
import dev.headroom.calibration.Prior;
import dev.headroom.memory.MemorySize;
import dev.headroom.network.LayerConfig;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Jobs with a fault that is known, holding what PyTorch itself says (`drift/faults.csv`).
class KnownFaultsTest {

  private final DriftExplainer explainer =
      new DriftExplainer(
          new Predictor(new KnownOverheads())::predict,
          new History(Prior.UNKNOWN_GPU).calibration());

  @ParameterizedTest
  @CsvSource({
    "batch_doubled, BATCH_SIZE",
    "resolution_299, INPUT_RESOLUTION",
    "adam_for_momentum, OPTIMIZER",
    "evaluation_with_gradients, EVALUATION_WITH_GRADIENTS",
    "second_model, SECOND_MODEL",
  })
  void namesTheFaultOfEachJobThatDrifts(String fault, DriftCause cause) {
    // Given
    List<FaultyRun> drifting = FaultyRun.with(fault).stream().filter(this::isDrifting).toList();

    // When
    List<String> missed =
        drifting.stream()
            .filter(job -> causes(job).stream().limit(1).noneMatch(cause::equals))
            .map(job -> job.network() + ": " + explain(job))
            .toList();

    // Then
    System.out.printf(
        "%s: %d of %d that drift, of %d%n",
        fault, drifting.size() - missed.size(), drifting.size(), FaultyRun.with(fault).size());
    assertThat(drifting).isNotEmpty();
    assertThat(10 * missed.size()).as("%s", missed).isLessThanOrEqualTo(drifting.size());
  }

  @Test
  void saysNothingOfHealthyJobs() {
    assertThat(FaultyRun.with(FaultyRun.NONE)).isNotEmpty().noneMatch(this::isDrifting);
  }

  @Test
  void blamesAnotherProcessForWhatTheDeviceHoldsBeside() {
    // Given a job that holds what it should, on a GPU that holds 6 GiB more
    FaultyRun job = FaultyRun.with(FaultyRun.NONE).getFirst();
    var measured =
        Map.of(
            MeasuredSize.ALLOCATED, new MemorySize(job.allocated(0)),
            MeasuredSize.RESERVED, new MemorySize(job.reserved(0)),
            MeasuredSize.DEVICE, new MemorySize(job.reserved(0) + (7L << 30)));

    // When, then
    assertThat(explainer.explain(kind(job), job.declared(), measured))
        .first()
        .satisfies(it -> assertThat(it.cause()).isEqualTo(DriftCause.OTHER_PROCESS))
        .asString()
        .matches("fits another process that holds about \\d\\.\\d\\d GiB");
  }

  private boolean isDrifting(FaultyRun job) {
    return explainer.isDrifting(kind(job), job.declared(), measured(job));
  }

  private List<Explanation> explain(FaultyRun job) {
    return explainer.explain(kind(job), job.declared(), measured(job));
  }

  private List<DriftCause> causes(FaultyRun job) {
    return explain(job).stream().map(Explanation::cause).toList();
  }

  private static Map<MeasuredSize, MemorySize> measured(FaultyRun job) {
    return Map.of(
        MeasuredSize.ALLOCATED, new MemorySize(job.allocated(0)),
        MeasuredSize.RESERVED, new MemorySize(job.reserved(0)));
  }

  private static JobKind kind(FaultyRun job) {
    LayerConfig config = job.declared();
    return new JobKind("", config.framework(), config.model());
  }
}

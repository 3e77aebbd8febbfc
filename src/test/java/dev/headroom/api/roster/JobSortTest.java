package dev.headroom.api.roster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.budget.Budget;
import dev.headroom.budget.Prediction;
import dev.headroom.budget.Unsupported;
import dev.headroom.budget.device.DeviceOverhead;
import dev.headroom.calibration.MeasuredSize;
import dev.headroom.ledger.Snapshot;
import dev.headroom.ledger.SnapshotBuilder;
import dev.headroom.ledger.condition.JobStatus;
import dev.headroom.ledger.state.JobState;
import dev.headroom.ledger.state.PredictionDrift;
import dev.headroom.memory.MemorySize;
import dev.headroom.sample.MemorySample;
import dev.headroom.triage.Concern;
import dev.headroom.triage.Triage;
import dev.headroom.triage.WorstDrift;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Four jobs; of `unknown` nothing is known that jobs are ordered by but its name.
class JobSortTest {

  private final List<RosterEntry> entries =
      List.of(
          entry("b", 100, 60, 3, triage(JobStatus.LEAKING, Concern.FULL_SOON, 0.3, 10)),
          entry("a", 200, 70, 2, triage(JobStatus.LEAKING, Concern.FULL_SOON, 0.1, 20)),
          entry("c", 50, 10, 9, triage(JobStatus.DRIFTING, Concern.DRIFTING, 0.5, 5)),
          unknown());

  @ParameterizedTest
  @CsvSource({
    "SEVERITY, b a c unknown, unknown c a b",
    "NAME, a b c unknown, unknown c b a",
    "DRIFT, c b a unknown, a b c unknown",
    "MEASURED, a b c unknown, c b a unknown",
    "HEADROOM, a b c unknown, c b a unknown",
    "CAPACITY, c b a unknown, a b c unknown",
    "LAST_SAMPLE, a b c unknown, c b a unknown",
    "STATE, a b c unknown, unknown c a b",
    "PREDICTED, b c a unknown, a c b unknown"
  })
  void eachOrderAndTheOtherWayRound(JobSort sort, String names, String reversed) {
    assertThat(sorted(sort, false)).containsExactly(names.split(" ", -1));
    assertThat(sorted(sort, true)).containsExactly(reversed.split(" ", -1));
  }

  private List<String> sorted(JobSort sort, boolean reversed) {
    var sorted = new ArrayList<>(entries);
    sorted.sort(sort.order(reversed));
    return sorted.stream().map(entry -> entry.job().job()).toList();
  }

  private static RosterEntry entry(String job, long held, long used, long second, Triage triage) {
    return entry(
        job,
        sample ->
            sample
                .allocated(new MemorySize(held))
                .deviceUsed(new MemorySize(used))
                .deviceTotal(new MemorySize(100)),
        second,
        triage);
  }

  private static RosterEntry unknown() {
    return entry("unknown", null, 0, triage(JobStatus.WITHIN_BUDGET, null, null, null));
  }

  private static RosterEntry entry(
      String job,
      @Nullable UnaryOperator<MemorySample.Builder> measured,
      long second,
      Triage triage) {
    var ledger = new SnapshotBuilder();
    ledger.with(SnapshotBuilder.config(job, "m", predicted(job)), 0);
    if (measured != null) {
      ledger.with(measured.apply(SnapshotBuilder.sample(job, "GPU-1", second)).build(), second);
    }
    Snapshot snapshot = ledger.snapshot();
    JobState state = Objects.requireNonNull(snapshot.jobs().get(job));
    return RosterEntry.of(state, triage, snapshot);
  }

  private static Prediction predicted(String job) {
    return switch (job) {
      case "a" -> budget(1000);
      case "b" -> budget(3000);
      case "c" -> budget(2000);
      default -> new Unsupported(List.of("x"));
    };
  }

  /// @param beyond bytes of the device beyond what is reserved
  private static Budget budget(long beyond) {
    var registered = SnapshotBuilder.config("any", "m").registration();
    return ((Budget) registered.prediction())
        .with(new DeviceOverhead.Beyond(new MemorySize(beyond), new MemorySize(beyond)));
  }

  private static Triage triage(
      JobStatus status,
      @Nullable Concern concern,
      @Nullable Double drift,
      @Nullable Integer minutes) {
    return new Triage(
        status,
        concern == null ? List.of() : List.of(concern),
        Optional.ofNullable(drift)
            .map(ratio -> new WorstDrift(MeasuredSize.ALLOCATED, new PredictionDrift(1, ratio))),
        Optional.ofNullable(minutes).map(Duration::ofMinutes));
  }
}

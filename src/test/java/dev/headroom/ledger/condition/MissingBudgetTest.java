package dev.headroom.ledger.condition;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headroom.budget.Unsupported;
import dev.headroom.ledger.LedgerLimits;
import dev.headroom.ledger.SingleEvent;
import dev.headroom.ledger.SnapshotBuilder;
import dev.headroom.ledger.event.ConfigRefused;
import dev.headroom.ledger.event.ConfigRemoved;
import dev.headroom.ledger.state.JobState;
import dev.headroom.memory.MemorySize;
import dev.headroom.sample.MemorySample;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// A job without a budget says why.
class MissingBudgetTest {

  private final SnapshotBuilder ledger = new SnapshotBuilder();

  @Test
  void noConfigCame() {
    // When
    ledger.with(sample("2", 1), 1);

    // Then
    assertThat(missing())
        .contains(
            new MissingBudget(BudgetGap.NO_CONFIG, List.of("no layer config of this job came")));
  }

  @Test
  void theConfigIsOfAnotherRunInWhateverOrderTheyCome() {
    // When
    ledger.with(SnapshotBuilder.config("j", "m"), 0).with(sample("2", 1), 1);

    // Then
    var other =
        new MissingBudget(
            BudgetGap.OTHER_RUN,
            List.of("the layer config that came is of run 1, the samples are of run 2"));
    assertThat(missing()).contains(other);

    // When: the samples first; that config is older than they are
    var samplesFirst = new SnapshotBuilder();
    samplesFirst.with(sample("2", 1), 1).with(SnapshotBuilder.config("j", "m"), 2);

    // Then
    assertThat(samplesFirst.snapshot().missingBudget(Objects.requireNonNull(job(samplesFirst))))
        .contains(other);
  }

  @Test
  void theConfigWasRefusedAndAGoodOneTakesThatBack() {
    // When: the config before the samples, as jobs send it
    ledger.with(new ConfigRefused("j", "batch_size < 1: 0"), 0).with(sample("1", 1), 1);

    // Then
    assertThat(missing())
        .contains(
            new MissingBudget(
                BudgetGap.REFUSED,
                List.of("the layer config that came was refused: batch_size < 1: 0")));

    // When
    ledger.with(SnapshotBuilder.config("j", "m"), 2);

    // Then
    assertThat(missing()).isEmpty();
    assertThat(ledger.snapshot().refusedConfigs().size()).isZero();
  }

  @Test
  void aBudgetStaysWhereALaterConfigIsRefused() {
    // When
    ledger
        .with(SnapshotBuilder.config("j", "m"), 0)
        .with(sample("1", 1), 1)
        .with(new ConfigRefused("j", "inputs is missing"), 2);

    // Then
    assertThat(missing()).isEmpty();

    // When: of its next run only the refused one is known
    ledger.with(sample("2", 90), 90);

    // Then
    assertThat(missing().map(MissingBudget::gap)).contains(BudgetGap.REFUSED);

    // When: its registration ends
    ledger.with(new ConfigRemoved("j"), 91);

    // Then
    assertThat(missing().map(MissingBudget::gap)).contains(BudgetGap.NO_CONFIG);
  }

  @Test
  void theConfigCannotBePredicted() {
    // When
    List<String> reasons = List.of("layer nms: its result is as long as the data says", "layer x");
    ledger.with(SnapshotBuilder.config("j", "m", new Unsupported(reasons)), 0);

    // Then
    assertThat(missing()).contains(new MissingBudget(BudgetGap.UNSUPPORTED, reasons));
  }

  @Test
  void aRefusalIsKeptWithItsJobAndAWhileForOneToCome() {
    // Given
    ledger.with(new ConfigRefused("j", "a"), 0).with(new ConfigRefused("never", "b"), 0);
    ledger.with(sample("1", 800), 800);
    var kept = ledger.snapshot();

    // When
    kept = SingleEvent.expired(kept, SnapshotBuilder.START.plusSeconds(899));

    // Then
    assertThat(kept.refusedConfigs().size()).isEqualTo(2);

    // When
    kept = SingleEvent.expired(kept, SnapshotBuilder.START.plusSeconds(901));

    // Then
    assertThat(kept.refusedConfigs().get("j")).isNotNull();
    assertThat(kept.refusedConfigs().get("never")).isNull();

    // When: the job is no longer listed
    kept = SingleEvent.expired(kept, SnapshotBuilder.START.plusSeconds(3000));

    // Then
    assertThat(kept.jobs().size()).isZero();
    assertThat(kept.refusedConfigs().size()).isZero();
  }

  @Test
  void noMoreRefusalsAreKeptThanJobs() {
    // When
    int bound = LedgerLimits.DEFAULT.jobs();
    for (int i = 0; i < bound + 5; i++) {
      ledger.with(new ConfigRefused("j" + i, "first"), 0);
    }
    ledger.with(new ConfigRefused("j0", "second"), 0);

    // Then
    var kept = ledger.snapshot().refusedConfigs();
    assertThat(kept.size()).isEqualTo(bound);
    assertThat(Objects.requireNonNull(kept.get("j0")).reason()).isEqualTo("second");
    assertThat(kept.get("j" + bound)).isNull();
  }

  private static MemorySample sample(String run, long second) {
    return SnapshotBuilder.sample("j", "GPU-1", second)
        .run(run)
        .reserved(new MemorySize(100))
        .build();
  }

  private Optional<MissingBudget> missing() {
    return ledger.snapshot().missingBudget(Objects.requireNonNull(job(ledger)));
  }

  private static @Nullable JobState job(SnapshotBuilder of) {
    return of.snapshot().jobs().get("j");
  }
}

package dev.headroom.ingest.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.headroom.budget.Unsupported;
import dev.headroom.ledger.SnapshotBuilder;
import dev.headroom.ledger.event.ConfigRegistered;
import dev.headroom.ledger.state.JobState;
import dev.headroom.memory.MemorySize;
import dev.headroom.sample.MemorySample;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Of 2000 bytes allocated, 2400 reserved and 2800 in all that were predicted.
class PredictionErrorsTest {

  private static final ConfigRegistered PREDICTED = SnapshotBuilder.config("a", "m");

  @Test
  void theMostExactSizeThatBothSidesKnowIsCompared() {
    assertError(2200, 2400, 2940, 0.1);
    assertError(null, 2160, 2940, -0.1);
    assertError(null, null, 2940, 0.05);
  }

  @Test
  void aJobWithoutPredictionIsNotJudged() {
    // Given
    var unsupported = SnapshotBuilder.config("a", "m", new Unsupported(List.of("no rule")));

    // Then
    assertThat(PredictionErrors.error(job(unsupported, sample(2200, null, null)))).isEmpty();
  }

  @Test
  void aJobWithoutAnySizeOfItsOwnIsNotJudged() {
    // Given
    MemorySample.Builder sample =
        SnapshotBuilder.sample("a", "GPU-1", 1).deviceUsed(new MemorySize(9000));

    // Then
    assertThat(PredictionErrors.error(job(PREDICTED, sample))).isEmpty();
  }

  private static void assertError(
      @Nullable Integer allocated,
      @Nullable Integer reserved,
      @Nullable Integer process,
      double error) {
    Optional<Double> found =
        PredictionErrors.error(job(PREDICTED, sample(allocated, reserved, process)));
    assertThat(found).hasValueSatisfying(is -> assertThat(is).isCloseTo(error, within(1e-9)));
  }

  private static MemorySample.Builder sample(
      @Nullable Integer allocated, @Nullable Integer reserved, @Nullable Integer process) {
    return SnapshotBuilder.sample("a", "GPU-1", 1)
        .allocated(size(allocated))
        .reserved(size(reserved))
        .processUsed(size(process));
  }

  private static @Nullable MemorySize size(@Nullable Integer bytes) {
    return bytes == null ? null : new MemorySize(bytes);
  }

  private static JobState job(ConfigRegistered config, MemorySample.Builder sample) {
    return Objects.requireNonNull(
        new SnapshotBuilder().with(config, 0).with(sample.build(), 1).snapshot().jobs().get("a"));
  }
}
